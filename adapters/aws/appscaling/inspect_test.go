package appscaling_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"headroom/adapters/aws"
	"headroom/adapters/aws/appscaling"
	"headroom/adapters/aws/awstest"
	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

const (
	scalable = `{"ScalableTargets":[{"ServiceNamespace":"ecs","ResourceId":"service/prod/chat","ScalableDimension":"ecs:service:DesiredCount","MinCapacity":2,"MaxCapacity":20}]}`
	tracking = `{"ScalingPolicies":[{"PolicyName":"cpu","PolicyType":"TargetTrackingScaling","TargetTrackingScalingPolicyConfiguration":{"TargetValue":50}}]}`
)

// suspends is the scalable target with what is suspended.
func suspends(field string) string {
	return strings.Replace(scalable, `"MinCapacity"`, `"SuspendedState":{"`+field+`":true},"MinCapacity"`, 1)
}

// inspected is a target whose AWS gives these answers, and otherwise those
// of one with nothing wrong.
func inspected(t *testing.T, s *service, answers map[string]string) (*appscaling.Target, *awstest.Answers) {
	t.Helper()
	all := map[string]string{"DescribeScalableTargets": scalable, "DescribeScalingPolicies": tracking}
	maps.Copy(all, answers)
	server := awstest.Answer(t, all)
	control, err := aws.OpenControl(t.Context(), aws.Settings{Endpoint: server.URL, Region: "us-east-1", AccessKey: "key", SecretKey: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	return &appscaling.Target{
		Control: control, Client: applicationautoscaling.NewFromConfig(control.Config), Name: "aws-ecs://us-east-1/prod/chat", Service: s,
		Resource: appscaling.Resource{Namespace: types.ServiceNamespaceEcs, ID: "service/prod/chat", Dimension: types.ScalableDimensionECSServiceDesiredCount},
	}, server
}

func TestInspect(t *testing.T) {
	for name, c := range map[string]struct {
		answers   map[string]string
		service   service
		timetable bool
		want      []string
	}{
		"nothing wrong":             {timetable: true},
		"scale-out suspended":       {answers: map[string]string{"DescribeScalableTargets": suspends("DynamicScalingOutSuspended")}, want: []string{"DynamicScalingOutSuspended is set, so scaling policies add nothing"}},
		"scale-in suspended":        {answers: map[string]string{"DescribeScalableTargets": suspends("DynamicScalingInSuspended")}, want: []string{"DynamicScalingInSuspended is set, so nothing is taken away"}},
		"timetable suspended":       {answers: map[string]string{"DescribeScalableTargets": suspends("ScheduledScalingSuspended")}, timetable: true, want: []string{"blocks: ScheduledScalingSuspended is set, so no scheduled action"}},
		"no timetable is used":      {answers: map[string]string{"DescribeScalableTargets": suspends("ScheduledScalingSuspended")}},
		"no maximum":                {answers: map[string]string{"DescribeScalableTargets": strings.NewReplacer(`:2,`, `:0,`, `:20`, `:0`).Replace(scalable)}, want: []string{"blocks: MaxCapacity of the scalable target is 0"}},
		"no room":                   {answers: map[string]string{"DescribeScalableTargets": strings.Replace(scalable, `:2,`, `:20,`, 1)}, want: []string{"MinCapacity and MaxCapacity .* both 20"}},
		"no policy":                 {answers: map[string]string{"DescribeScalingPolicies": ""}, want: []string{"no scaling policy takes units away"}},
		"a policy that only raises": {answers: map[string]string{"DescribeScalingPolicies": strings.Replace(tracking, `:50`, `:50,"DisableScaleIn":true`, 1)}, want: []string{"no scaling policy takes units away"}},
		"predictive": {
			answers: map[string]string{"DescribeScalingPolicies": strings.Replace(tracking, `[{`, `[{"PolicyName":"ahead","PolicyType":"PredictiveScaling","PredictiveScalingPolicyConfiguration":{"MetricSpecifications":[],"Mode":"ForecastAndScale","MaxCapacityBreachBehavior":"IncreaseMaxCapacity"}},{`, 1)},
			want:    []string{`the predictive scaling policy "ahead" scales it as well`, `the predictive scaling policy "ahead" raises MaxCapacity`},
		},
		"actions of others": {answers: map[string]string{"DescribeScheduledActions": `{"ScheduledActions":[{"ScheduledActionName":"night","ServiceNamespace":"ecs","ResourceId":"r","Schedule":"cron(0 20 * * ? *)","ScalableTargetAction":{"MinCapacity":1}}]}`}, want: []string{"others have scheduled actions that change its bounds as well .night."}},
		"actions of others near ours": {
			answers: map[string]string{"DescribeScheduledActions": `{"ScheduledActions":[` +
				`{"ScheduledActionName":"headroom-20261124T0800Z","ServiceNamespace":"ecs","ResourceId":"r","Schedule":"at(2026-11-24T08:00:00)","ScalableTargetAction":{"MinCapacity":4}},` +
				`{"ScheduledActionName":"launch","ServiceNamespace":"ecs","ResourceId":"r","Schedule":"at(2026-11-24T08:02:00)","ScalableTargetAction":{"MinCapacity":1}}]}`},
			want: []string{"others have scheduled actions", "scheduled actions of others begin less than 5m0s from ours .launch."},
		},
		"the newest change failed": {answers: map[string]string{"DescribeScalingActivities": `{"ScalingActivities":[{"ActivityId":"1","StatusCode":"Failed","StatusMessage":"Failed to set desired count"}]}`}, want: []string{"blocks: its newest change by Application Auto Scaling is Failed .Failed to set desired count."}},
		"an older change failed":   {answers: map[string]string{"DescribeScalingActivities": `{"ScalingActivities":[{"ActivityId":"2","StatusCode":"Successful"},{"ActivityId":"1","StatusCode":"Failed"}]}`}},
		"of the service":           {service: service{findings: []capacity.Finding{{Text: "as the service says"}}}, want: []string{"as the service says"}},
		"service is gone":          {service: service{broken: fmt.Errorf("it was deleted: %w", capacity.ErrOutOfService)}, want: []string{"blocks: it was deleted"}},
	} {
		t.Run(name, func(t *testing.T) {
			target, _ := inspected(t, &c.service, c.answers)
			var i capacity.Inspected = target
			if c.timetable {
				i = &appscaling.Timetabled{Target: target, Room: 20}
			}
			capacitytest.Findings(t, i, c.want...)
		})
	}
}

func TestInspect_Errors(t *testing.T) {
	for _, operation := range []string{"DescribeScalableTargets", "DescribeScalingPolicies", "DescribeScheduledActions", "DescribeScalingActivities"} {
		target, _ := inspected(t, &service{}, map[string]string{operation: "!AccessDeniedException"})
		if _, err := target.Inspect(t.Context()); !errors.Is(err, capacity.ErrAccess) || !strings.Contains(err.Error(), "inspect aws-ecs://us-east-1/prod/chat") {
			t.Errorf("%s: got %v, want %v that names the target", operation, err, capacity.ErrAccess)
		}
	}
}

// A bound goes back to what it was, even of a service that does not work.
func TestLimit_OutOfService(t *testing.T) {
	target, server := inspected(t, &service{broken: fmt.Errorf("it has failed: %w", capacity.ErrOutOfService)}, nil)
	if err := target.Limit(t.Context(), capacity.Limiting{From: 20, Max: 10}); err != nil {
		t.Error(err)
	}
	if err := target.Scale(t.Context(), capacity.Action{Units: 5}); !errors.Is(err, capacity.ErrOutOfService) {
		t.Errorf("got %v, want %v", err, capacity.ErrOutOfService)
	}
	writes := 0
	for _, operation := range server.Asked() {
		if operation == "RegisterScalableTarget" {
			writes++
		}
	}
	if writes != 1 {
		t.Errorf("%d writes, want 1", writes)
	}
}
