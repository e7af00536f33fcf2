package sns_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/google/go-cmp/cmp"

	"headroom/adapters/aws"
	"headroom/adapters/aws/awstest"
	"headroom/adapters/aws/sns"
	"headroom/capacity"
)

// TestPost: who has subscribed to a topic, on another implementation of SNS, is
// told a notice with all that it says; and no more is called than the IAM policy
// that we ship allows.
func TestPost(t *testing.T) {
	moto, err := url.Parse(awstest.Moto(t))
	if err != nil {
		t.Fatal(err)
	}
	faults := &awstest.Faults{Server: httputil.NewSingleHostReverseProxy(moto)}
	front := httptest.NewServer(faults)
	defer front.Close()
	settings := aws.Settings{Endpoint: moto.String(), AccessKey: "key", SecretKey: "secret", Region: "us-east-1"}
	control, err := aws.OpenControl(t.Context(), settings)
	if err != nil {
		t.Fatal(err)
	}
	told := make(chan string, 4)
	subscriber := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var envelope struct{ Type, Message string }
		if err := json.NewDecoder(r.Body).Decode(&envelope); err != nil || envelope.Type != "Notification" {
			return // such as the question whether it wants to subscribe
		}
		told <- envelope.Message
	}))
	defer subscriber.Close()
	owner := sdk.NewFromConfig(control.Config)
	topic, err := owner.CreateTopic(t.Context(), &sdk.CreateTopicInput{Name: new("capacity")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := owner.Subscribe(t.Context(), &sdk.SubscribeInput{TopicArn: topic.TopicArn, Protocol: new("http"), Endpoint: &subscriber.URL}); err != nil {
		t.Fatal(err)
	}

	topics := &sns.Topics{Settings: aws.Settings{Endpoint: front.URL, AccessKey: "key", SecretKey: "secret"}}
	want := capacity.Notice{
		Service: strings.Repeat("long-", 12) + "name", Kind: capacity.NoticeFailed, Subject: "x", Text: "3 → 5 units failed: no <capacity>",
		At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Plan: "3f2a", Audit: strings.Repeat("a", 64),
	}
	if err := topics.Post(t.Context(), "sns://us-east-1/123456789012/capacity", want); err != nil {
		t.Fatal(err)
	}
	select {
	case message := <-told:
		var got capacity.Notice
		if err := json.Unmarshal([]byte(message), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	case <-time.After(20 * time.Second):
		t.Error("the subscriber was not told")
	}
	if err := topics.Post(t.Context(), "sns://us-east-1/123456789012/other", want); !errors.Is(err, capacity.ErrBadPolicy) || !strings.Contains(err.Error(), "correct notify") {
		t.Errorf("a topic that is not there: error is %v, want %v and what to correct", err, capacity.ErrBadPolicy)
	}
	awstest.Allowed(t, faults.Actions(), "../../../deploy/aws/read.json")
}
