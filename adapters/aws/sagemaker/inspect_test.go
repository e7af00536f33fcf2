package sagemaker_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"headroom/adapters/aws"
	"headroom/adapters/aws/awstest"
	"headroom/adapters/aws/sagemaker"
	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

const arn = "arn:aws:sagemaker:us-east-1:123456789012:"

// inspected is a target in a region where there are one endpoint and one component
// with these further fields, and these further answers.
func inspected(t *testing.T, name capacity.TargetName, endpoint, variant, component string, answers map[string]string) (capacity.Inspected, *awstest.Answers) {
	t.Helper()
	if !strings.Contains(endpoint, "EndpointStatus") {
		endpoint = `"EndpointStatus":"InService",` + endpoint
	}
	if !strings.Contains(component, "InferenceComponentStatus") {
		component = `"InferenceComponentStatus":"InService",` + component
	}
	all := map[string]string{
		"DescribeEndpoint":           `{` + endpoint + `"EndpointName":"e","EndpointArn":"` + arn + `endpoint/e","ProductionVariants":[{` + variant + `"VariantName":"v","DesiredInstanceCount":2,"CurrentInstanceCount":2,"DesiredWeight":1},{"VariantName":"w","DesiredWeight":1}]}`,
		"DescribeInferenceComponent": `{` + component + `"InferenceComponentName":"c","InferenceComponentArn":"` + arn + `inference-component/c","EndpointName":"e","EndpointArn":"` + arn + `endpoint/e","VariantName":"v","RuntimeConfig":{"DesiredCopyCount":2,"CurrentCopyCount":2}}`,
	}
	maps.Copy(all, answers)
	server := awstest.Answer(t, all)
	fleet := &sagemaker.Fleet{Settings: aws.Settings{Endpoint: server.URL, AccessKey: "key", SecretKey: "secret"}}
	target, err := fleet.Target(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return target.(capacity.Inspected), server
}

const (
	variantTarget   = "aws-sagemaker://us-east-1/e/v?mode=exact"
	componentTarget = "aws-sagemaker-component://us-east-1/c?mode=exact"
	managed         = `"ManagedInstanceScaling":{"Status":"ENABLED","MinInstanceCount":1,"MaxInstanceCount":5},`
)

func TestInspect_Variant(t *testing.T) {
	for name, c := range map[string]struct {
		endpoint, variant string
		answers           map[string]string
		want              []string
	}{
		"nothing wrong":       {},
		"stopped":             {answers: map[string]string{"ListTags": `{"Tags":[{"Key":"headroom:stop","Value":"incident 42"}]}`}, want: []string{`blocks: .*the tag headroom:stop="incident 42" of the endpoint`}},
		"failed":              {endpoint: `"EndpointStatus":"Failed","FailureReason":"no host",`, want: []string{"blocks: .*the endpoint is Failed .no host."}},
		"out of service":      {endpoint: `"EndpointStatus":"OutOfService",`, want: []string{"blocks: .*the endpoint is OutOfService"}},
		"rollback failed":     {endpoint: `"EndpointStatus":"UpdateRollbackFailed",`, want: []string{"blocks: .*an update and its rollback have failed"}},
		"deleting":            {endpoint: `"EndpointStatus":"Deleting",`, want: []string{"blocks: .*being deleted"}},
		"updating":            {endpoint: `"EndpointStatus":"Updating",`, want: []string{"the endpoint is Updating: it takes no change"}},
		"the last one failed": {endpoint: `"FailureReason":"no capacity",`, want: []string{"the newest change of the endpoint has failed .no capacity."}},
		"deployment": {
			endpoint: `"EndpointStatus":"Updating","PendingDeploymentSummary":{"EndpointConfigName":"green"},`,
			want:     []string{"the endpoint is Updating", "a deployment of another configuration is under way"},
		},
		"scales itself": {variant: managed, want: []string{"blocks: the endpoint decides the number of instances itself"}},
		"serverless":    {variant: `"CurrentServerlessConfig":{"MaxConcurrency":5,"MemorySizeInMB":2048},`, want: []string{"blocks: the variant is serverless"}},
		"no weight":     {answers: map[string]string{"DescribeEndpoint": `{"EndpointStatus":"InService","ProductionVariants":[{"VariantName":"v","DesiredWeight":0},{"VariantName":"w","DesiredWeight":1}]}`}, want: []string{"blocks: the weight of the variant is 0"}},
		"registered":    {answers: map[string]string{"DescribeScalableTargets": `{"ScalableTargets":[{"ServiceNamespace":"sagemaker","ResourceId":"x","ScalableDimension":"sagemaker:variant:DesiredInstanceCount","MinCapacity":2,"MaxCapacity":20}]}`}, want: []string{"blocks: it is registered with Application Auto Scaling"}},
	} {
		t.Run(name, func(t *testing.T) {
			target, server := inspected(t, variantTarget, c.endpoint, c.variant, "", c.answers)
			capacitytest.Findings(t, target, c.want...)
			allowed(t, server)
		})
	}
}

func TestInspect_Component(t *testing.T) {
	for name, c := range map[string]struct {
		endpoint, variant, component string
		answers                      map[string]string
		want                         []string
	}{
		"nothing wrong":        {variant: managed},
		"stopped":              {variant: managed, answers: map[string]string{"ListTags": `{"Tags":[{"Key":"headroom:stop","Value":"incident 42"}]}`}, want: []string{`blocks: .*the tag headroom:stop="incident 42" of the component`}},
		"failed":               {variant: managed, component: `"InferenceComponentStatus":"Failed","FailureReason":"no host",`, want: []string{"blocks: .*the component is Failed .no host."}},
		"deleting":             {component: `"InferenceComponentStatus":"Deleting",`, want: []string{"blocks: .*being deleted"}},
		"updating":             {variant: managed, component: `"InferenceComponentStatus":"Updating",`, want: []string{"the component is Updating"}},
		"the last one failed":  {variant: managed, component: `"FailureReason":"no accelerator",`, want: []string{"the newest change of the component has failed .no accelerator."}},
		"endpoint has failed":  {endpoint: `"EndpointStatus":"Failed",`, variant: managed, want: []string{"blocks: .*the endpoint is Failed"}},
		"no further instances": {want: []string{"the endpoint adds no instances by itself, so more copies have to fit onto its 2"}},
		"at the maximum":       {variant: strings.Replace(managed, ":5", ":2", 1), want: []string{"the endpoint is at its maximum of 2 instances"}},
	} {
		t.Run(name, func(t *testing.T) {
			target, server := inspected(t, componentTarget, c.endpoint, c.variant, c.component, c.answers)
			capacitytest.Findings(t, target, c.want...)
			allowed(t, server)
		})
	}
}

// A stop of the endpoint is one of its components.
func TestComponent_Stopped(t *testing.T) {
	for _, name := range []capacity.TargetName{componentTarget, "aws-sagemaker-component://us-east-1/c"} {
		target, server := inspected(t, name, "", "", "", map[string]string{
			// It has no ARN of its own, so the tags are those of the endpoint.
			"DescribeInferenceComponent": `{"InferenceComponentStatus":"InService","InferenceComponentName":"c","EndpointName":"e","EndpointArn":"` + arn + `endpoint/e","VariantName":"v","RuntimeConfig":{"DesiredCopyCount":2,"CurrentCopyCount":2}}`,
			"ListTags":                   `{"Tags":[{"Key":"headroom:stop","Value":"incident 42"}]}`,
			"DescribeScalableTargets":    `{"ScalableTargets":[{"ServiceNamespace":"sagemaker","ResourceId":"x","ScalableDimension":"sagemaker:inference-component:DesiredCopyCount","MinCapacity":2,"MaxCapacity":20}]}`,
		})
		err := target.Scale(t.Context(), capacity.Action{ID: "a", Units: 5})
		if !errors.Is(err, capacity.ErrStopped) || !strings.Contains(err.Error(), "incident 42") {
			t.Errorf("got %v, want %v", err, capacity.ErrStopped)
		}
		if asked := server.Asked(); slices.Contains(asked, "UpdateInferenceComponentRuntimeConfig") || slices.Contains(asked, "RegisterScalableTarget") {
			t.Errorf("something was written: %v", asked)
		}
	}
}

// allowed checks that what only looks is within the policy for reading.
func allowed(t *testing.T, server *awstest.Answers) {
	t.Helper()
	var actions []string
	for _, operation := range server.Asked() {
		service := "sagemaker:"
		if strings.Contains(operation, "Scal") {
			service = "application-autoscaling:"
		}
		actions = append(actions, service+operation)
	}
	awstest.Allowed(t, actions, readPolicy)
}
