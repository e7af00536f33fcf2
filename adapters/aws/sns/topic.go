// Package sns tells notices to topics of Amazon SNS.
package sns

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/smithy-go"

	"headroom/adapters/aws"
	"headroom/capacity"
)

// Topics publishes to topics by name, such as sns://us-east-1/123456789012/capacity.
// It must not be copied after its first use.
type Topics struct {
	// Settings are where AWS is and who asks; the region is the topic's.
	Settings aws.Settings

	regions aws.Regions[region]
}

type region struct {
	control aws.Control
	sns     *sns.Client
}

// maxSubject is how long SNS lets the subject of an e-mail be, in characters.
const maxSubject = 99

// Post publishes a notice as JSON, with its service and kind as attributes to
// filter by. It returns ErrBadPolicy if there is no
// such topic; its other errors are those of [aws.Control.Explain].
func (t *Topics) Post(ctx context.Context, name string, n capacity.Notice) error {
	parts := strings.Split(strings.TrimPrefix(name, "sns://"), "/")
	if len(parts) != 3 {
		return fmt.Errorf("%q is no topic; write sns://REGION/ACCOUNT/TOPIC: %w", name, capacity.ErrBadPolicy)
	}
	r, err := t.regions.In(ctx, t.Settings, parts[0], func(c aws.Control) region {
		return region{c, sns.NewFromConfig(c.Config)}
	})
	if err != nil {
		return err
	}
	body, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("encode a notice: %w", err)
	}
	text := func(s string) types.MessageAttributeValue {
		return types.MessageAttributeValue{DataType: awssdk.String("String"), StringValue: &s}
	}
	subject := fmt.Sprintf("%.60s: %s", n.Service, n.Kind)
	_, err = r.sns.Publish(ctx, &sns.PublishInput{
		TopicArn:          awssdk.String(arn(parts)),
		Subject:           awssdk.String(subject[:min(len(subject), maxSubject)]),
		Message:           awssdk.String(string(body)),
		MessageAttributes: map[string]types.MessageAttributeValue{"service": text(n.Service), "kind": text(string(n.Kind))},
	})
	var api smithy.APIError
	if errors.As(err, &api) && missing[api.ErrorCode()] {
		return fmt.Errorf("publish to %s: there is no such topic (%s): correct notify in the policy: %w", name, api.ErrorMessage(), capacity.ErrBadPolicy)
	}
	if err != nil {
		return r.control.Explain("publish to", capacity.TargetName(name), err)
	}
	return nil
}

// missing are the codes by which SNS says that there is no such topic.
var missing = map[string]bool{"NotFound": true, "NotFoundException": true}

// arn is the name by which AWS knows a topic.
func arn(parts []string) string {
	partition := "aws"
	switch {
	case strings.HasPrefix(parts[0], "cn-"):
		partition = "aws-cn"
	case strings.HasPrefix(parts[0], "us-gov-"):
		partition = "aws-us-gov"
	}
	return fmt.Sprintf("arn:%s:sns:%s:%s:%s", partition, parts[0], parts[1], parts[2])
}
