package sagemaker_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"headroom/adapters/aws"
	"headroom/adapters/aws/sagemaker"
	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

// A component is the API of one inference component, which no other emulator has:
// copies follow when it settles, and until then it takes no other change.
type component struct {
	desired, current int
	status           string
}

func (c *component) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct {
		InferenceComponentName string
		DesiredRuntimeConfig   struct{ CopyCount int }
	}
	_ = json.NewDecoder(r.Body).Decode(&in) // an empty one names no component
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	switch _, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), "."); {
	case in.InferenceComponentName != "chat":
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"__type":"ResourceNotFound","message":"Could not find it"}`)
	case operation == "DescribeInferenceComponent":
		fmt.Fprintf(w, `{"InferenceComponentName":"chat","InferenceComponentStatus":%q,"RuntimeConfig":{"DesiredCopyCount":%d,"CurrentCopyCount":%d}}`, c.status, c.desired, c.current)
	default:
		c.desired, c.status = in.DesiredRuntimeConfig.CopyCount, "Updating"
		fmt.Fprint(w, `{"InferenceComponentArn":"arn:aws:sagemaker:us-east-1:123456789012:inference-component/chat"}`)
	}
}

func (c *component) settle() { c.current, c.status = c.desired, "InService" }

func openComponent(t *testing.T, name string, c *component) capacity.Target {
	t.Helper()
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	fleet := &sagemaker.Fleet{Settings: aws.Settings{Endpoint: server.URL, AccessKey: "key", SecretKey: "secret"}}
	target, err := fleet.Target(t.Context(), capacity.TargetName("aws-sagemaker-component://us-east-1/"+name+"?mode=exact"))
	if err != nil {
		t.Fatal(err)
	}
	return target
}

func TestComponent_Conformance(t *testing.T) {
	capacitytest.Target(t, func(t *testing.T) (capacity.Target, func()) {
		c := &component{desired: 2, current: 2, status: "InService"}
		return openComponent(t, "chat", c), c.settle
	})
}

func TestComponent_Refusals(t *testing.T) {
	busy := &component{desired: 5, current: 2, status: "Updating"}
	if err := openComponent(t, "chat", busy).Scale(t.Context(), capacity.Action{ID: "a", Units: 7}); !errors.Is(err, capacity.ErrTargetBusy) {
		t.Errorf("while it is updated: got %v, want %v", err, capacity.ErrTargetBusy)
	}
	if _, err := openComponent(t, "nobody", busy).State(t.Context()); !errors.Is(err, capacity.ErrNoSuchTarget) {
		t.Errorf("got %v, want %v", err, capacity.ErrNoSuchTarget)
	}
}

func TestFleet_Names(t *testing.T) {
	fleet := sagemaker.Fleet{Settings: aws.Settings{AccessKey: "key", SecretKey: "secret"}}
	for name, want := range map[string]string{ // the type, or a part of the error
		"aws-sagemaker://us-east-1/chat/main":                 "*appscaling.Target",
		"aws-sagemaker://us-east-1/chat/main?mode=schedule":   "*appscaling.Timetabled",
		"aws-sagemaker://us-east-1/chat/main?mode=exact":      "*sagemaker.Variant",
		"aws-sagemaker-component://us-east-1/chat":            "*appscaling.Target",
		"aws-sagemaker-component://us-east-1/chat?mode=exact": "*sagemaker.Component",
		"aws-sagemaker://us-east-1/chat":                      "aws-sagemaker://REGION/ENDPOINT/VARIANT",
		"aws-sagemaker-component://us-east-1/chat/main":       "aws-sagemaker-component://REGION/COMPONENT",
		"aws-sagemaker://us-east-1/chat/main?slots=7":         "slots is for mode=schedule",
		"aws-sagemaker://us-east-1/chat/main?mode=all":        "write floor, exact or schedule",
	} {
		target, err := fleet.Target(t.Context(), capacity.TargetName(name))
		if strings.HasPrefix(want, "*") {
			if got := fmt.Sprintf("%T", target); err != nil || got != want {
				t.Errorf("%s: got %s, %v, want %s", name, got, err, want)
			}
			continue
		}
		if !errors.Is(err, capacity.ErrNoSuchTarget) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want it to say %q", name, err, want)
		}
	}
}
