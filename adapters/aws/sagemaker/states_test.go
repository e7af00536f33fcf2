package sagemaker_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"headroom/adapters/aws"
	"headroom/adapters/aws/sagemaker"
	"headroom/capacity"
)

// endpoint answers for one endpoint, or one component, in a state. Its scalable
// target has a minimum of 2.
func endpoint(t *testing.T, status string, written *int) *sagemaker.Fleet {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		switch _, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), "."); operation {
		case "DescribeEndpoint":
			fmt.Fprintf(w, `{"EndpointName":"e","EndpointStatus":%q,"FailureReason":"no host","ProductionVariants":[{"VariantName":"v","DesiredInstanceCount":2,"CurrentInstanceCount":2}]}`, status)
		case "DescribeInferenceComponent":
			fmt.Fprintf(w, `{"InferenceComponentName":"c","InferenceComponentStatus":%q,"FailureReason":"no host","RuntimeConfig":{"DesiredCopyCount":2,"CurrentCopyCount":2}}`, status)
		case "DescribeScalableTargets":
			fmt.Fprint(w, `{"ScalableTargets":[{"ServiceNamespace":"sagemaker","ResourceId":"x","ScalableDimension":"sagemaker:variant:DesiredInstanceCount","MinCapacity":2,"MaxCapacity":20}]}`)
		default:
			*written++
			fmt.Fprint(w, `{}`)
		}
	}))
	t.Cleanup(server.Close)
	return &sagemaker.Fleet{Settings: aws.Settings{Endpoint: server.URL, AccessKey: "key", SecretKey: "secret"}}
}

// A state that passes is asked again; one that does not is given up at once, and the
// error says what brings it back.
func TestScale_States(t *testing.T) {
	const variant, component = "aws-sagemaker://us-east-1/e/v", "aws-sagemaker-component://us-east-1/c"
	exact := map[string]struct {
		is      error
		says    string
		serving capacity.Units
	}{
		"InService":            {nil, "", 2},
		"Creating":             {capacity.ErrTargetBusy, "asked again", 0},
		"Updating":             {capacity.ErrTargetBusy, "asked again", 2},
		"SystemUpdating":       {capacity.ErrTargetBusy, "asked again", 2},
		"RollingBack":          {capacity.ErrTargetBusy, "asked again", 2},
		"Failed":               {capacity.ErrOutOfService, "(no host) and does not recover by itself; delete it and create it again", 0},
		"OutOfService":         {capacity.ErrOutOfService, "update it with a working configuration", 0},
		"UpdateRollbackFailed": {capacity.ErrOutOfService, "an update and its rollback have failed", 2},
		"Deleting":             {capacity.ErrOutOfService, "being deleted, and does not come back; correct target in the policy", 0},
	}
	for status, want := range exact {
		for _, name := range []string{variant + "?mode=exact", variant, component + "?mode=exact", component} {
			is, says, serving := want.is, want.says, want.serving
			switch isComponent := strings.HasPrefix(name, component); {
			case isComponent && (status == "SystemUpdating" || status == "RollingBack" || status == "OutOfService" || status == "UpdateRollbackFailed"):
				continue // which components do not have
			case isComponent && status == "Creating":
				serving = 2
			case isComponent && status == "Failed":
				says, serving = "(no host) and does not recover by itself; update it, or create it again", 2
			}
			if !strings.Contains(name, "exact") && errors.Is(is, capacity.ErrTargetBusy) {
				is, says = nil, "" // a minimum is kept by Application Auto Scaling, which waits itself
			}
			t.Run(status+" "+name, func(t *testing.T) {
				written := 0
				target, err := endpoint(t, status, &written).Target(t.Context(), capacity.TargetName(name))
				if err != nil {
					t.Fatal(err)
				}
				err = target.Scale(t.Context(), capacity.Action{ID: "a", Units: 5})
				if !errors.Is(err, is) || err != nil && !strings.Contains(err.Error(), says) {
					t.Errorf("got %v, want %v that says %q", err, is, says)
				}
				if wrote := written > 0; wrote != (is == nil) {
					t.Errorf("%d calls changed something", written)
				}
				state, err := target.State(t.Context())
				if status == "Deleting" {
					if !errors.Is(err, capacity.ErrOutOfService) {
						t.Errorf("got %+v, %v, want %v", state, err, capacity.ErrOutOfService)
					}
				} else if err != nil || state.Serving != serving || state.Units != 2 {
					t.Errorf("got %+v, %v, want 2 units of which %d serve", state, err, serving)
				}
			})
		}
	}
}
