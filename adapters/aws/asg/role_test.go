package asg_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"

	"headroom/adapters/aws"
	"headroom/adapters/aws/asg"
	"headroom/adapters/aws/awstest"
	"headroom/capacity"
)

// TestRole: a group of another account is reached by the role of that account, with its
// external ID, and is not there without.
func TestRole(t *testing.T) {
	moto, err := url.Parse(awstest.Moto(t))
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var assumed []url.Values
	through := httputil.NewSingleHostReverseProxy(moto)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if form, err := url.ParseQuery(string(body)); err == nil && form.Get("Action") == "AssumeRole" {
			mu.Lock()
			assumed = append(assumed, form)
			mu.Unlock()
		}
		through.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	own := aws.Settings{Endpoint: server.URL, Region: "us-east-1", AccessKey: "key", SecretKey: "secret"}
	other := own
	other.Role = aws.Role{ARN: "arn:aws:iam::111122223333:role/headroom", ExternalID: "7f3a", Session: "headroom-prod"}
	control, err := aws.OpenControl(t.Context(), other)
	if err != nil {
		t.Fatal(err)
	}
	client := autoscaling.NewFromConfig(control.Config)
	must(t)(client.CreateLaunchConfiguration(t.Context(), &autoscaling.CreateLaunchConfigurationInput{
		LaunchConfigurationName: new("lc"), ImageId: new("ami-12c6146b"), InstanceType: new("t3.micro"),
	}))
	must(t)(client.CreateAutoScalingGroup(t.Context(), &autoscaling.CreateAutoScalingGroupInput{
		AutoScalingGroupName: new("chat"), LaunchConfigurationName: new("lc"), AvailabilityZones: []string{"us-east-1a"},
		MinSize: new(int32(1)), DesiredCapacity: new(int32(1)), MaxSize: new(int32(9)),
	}))
	const name = "aws-asg://us-east-1/chat"
	target := func(s aws.Settings) capacity.Target {
		target, err := (&asg.Fleet{Settings: s}).Target(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		return target
	}
	if err := target(other).Scale(t.Context(), capacity.Action{ID: "1", Target: name, Units: 3}); err != nil {
		t.Error(err)
	}
	if found, err := target(other).State(t.Context()); err != nil || found.Units != 3 {
		t.Errorf("by the role: got %+v, %v, want 3 units", found, err)
	}
	if _, err := target(own).State(t.Context()); !errors.Is(err, capacity.ErrNoSuchTarget) {
		t.Errorf("without the role: got %v, want no such target in this account", err)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(assumed) == 0 {
		t.Fatal("no role was assumed")
	}
	for _, form := range assumed {
		if form.Get("RoleArn") != other.Role.ARN || form.Get("ExternalId") != "7f3a" || form.Get("RoleSessionName") != "headroom-prod" {
			t.Errorf("assumed %v, want the role with its external ID and session", form)
		}
	}
}

// TestRole_Refused: a role that may not be assumed is an ErrAccess that names it and the
// settings.
func TestRole_Refused(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized to perform sts:AssumeRole</Message></Error></ErrorResponse>`)
	}))
	t.Cleanup(server.Close)
	s := aws.Settings{Endpoint: server.URL, Region: "us-east-1", AccessKey: "key", SecretKey: "secret", Role: aws.Role{ARN: "arn:aws:iam::111122223333:role/headroom", Session: "headroom"}}
	_, err := (&asg.Fleet{Settings: s}).Target(t.Context(), "aws-asg://us-east-1/chat")
	if !errors.Is(err, capacity.ErrAccess) || !bytes.Contains([]byte(err.Error()), []byte("HEADROOM_AWS_EXTERNAL_ID")) {
		t.Errorf("got %v, want no access, with the settings", err)
	}
}
