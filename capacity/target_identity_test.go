package capacity_test

import (
	"testing"

	"headroom/capacity"
)

func TestTargetName_Identity(t *testing.T) {
	for address, want := range map[capacity.TargetName]string{
		"sim://chat?leadTime=4m":                                          "sim://chat",
		"aws-asg://us-east-1/chat":                                        "aws-asg://us-east-1/chat",
		"aws-asg://us-east-1/Chat/":                                       "aws-asg://us-east-1/Chat",
		"aws-ecs://us-east-1/main/chat?mode=schedule":                     "aws-ecs://us-east-1/main/chat",
		"kube://prod/hpa/chat":                                            "kube://prod/hpa/chat",
		"kube://prod/horizontalpodautoscalers.v2.autoscaling/chat":        "kube://prod/hpa/chat",
		"kube://prod/hpa/chat?context=west":                               "kube://prod/hpa/chat?context=west",
		"kube://prod/deployments.v1.apps/chat":                            "kube://prod/deployment/chat",
		"https://Scaler.example.com:443/pools//chat/?b=2&a=1":             "https://scaler.example.com/pools/chat?a=1&b=2",
		"http://scaler.example.com:8080/chat":                             "http://scaler.example.com:8080/chat",
		"kube://eu1@prod/horizontalpodautoscalers.v2.autoscaling/chat":    "kube://eu1@prod/hpa/chat",
		"aws-asg://prod@eu-west-1/chat?mode=exact":                        "aws-asg://prod@eu-west-1/chat",
		"command:///usr/local/bin/scale?arg=chat":                         "command:///usr/local/bin/scale?arg=chat",
		"command:///usr/local/bin/scale?arg=other":                        "command:///usr/local/bin/scale?arg=other",
		"aws-sagemaker-component://eu-west-1/llama?slots=3&mode=schedule": "aws-sagemaker-component://eu-west-1/llama",
	} {
		if got := address.Identity(); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}
