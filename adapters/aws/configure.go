package aws

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/logging"

	"headroom/capacity"
)

// connections is how many connections to a host are kept for the next calls: as many as
// are used at once where all records of an audit are read. The SDK keeps ten.
const connections = 64

// configure finds region and credentials. One call is tried so many times. The SDK
// logs nothing by itself: what goes wrong is in its errors, once.
func configure(ctx context.Context, s Settings, attempts int) (aws.Config, error) {
	web := awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) { t.MaxIdleConnsPerHost = connections })
	options := []func(*config.LoadOptions) error{config.WithRetryMaxAttempts(attempts), config.WithLogger(logging.Nop{}), config.WithHTTPClient(web)}
	if s.Region != "" {
		options = append(options, config.WithRegion(s.Region))
	}
	if s.Endpoint != "" {
		options = append(options, config.WithDefaultRegion("us-east-1"))
	}
	if s.AccessKey != "" {
		options = append(options, config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(s.AccessKey, s.SecretKey, "")))
	}
	found, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return found, fmt.Errorf("read the AWS configuration: %w", err)
	}
	if found.Region == "" {
		return found, errors.New("no AWS region: set AWS_REGION, or region in the AWS profile, or HEADROOM_S3_ENDPOINT for another server (`headroom dev` prints it)")
	}
	if _, err := found.Credentials.Retrieve(ctx); err != nil {
		return found, fmt.Errorf("no AWS credentials (%w); set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the machine a role: %w", err, capacity.ErrAccess)
	}
	if s.Role.ARN != "" {
		return assume(ctx, s, found)
	}
	return found, nil
}

// assume is a configuration whose calls are made by the role, for an hour at a time.
func assume(ctx context.Context, s Settings, own aws.Config) (aws.Config, error) {
	by := sts.NewFromConfig(own, func(o *sts.Options) {
		if s.Endpoint != "" {
			o.BaseEndpoint = aws.String(s.Endpoint)
		}
	})
	own.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(by, s.Role.ARN, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = s.Role.Session
		if s.Role.ExternalID != "" {
			o.ExternalID = aws.String(s.Role.ExternalID)
		}
	}))
	if _, err := own.Credentials.Retrieve(ctx); err != nil {
		return own, fmt.Errorf("assume the role %s (%w); check its trust policy, HEADROOM_AWS_ROLE_ARN and HEADROOM_AWS_EXTERNAL_ID: %w", s.Role.ARN, err, capacity.ErrAccess)
	}
	return own, nil
}
