package ecs_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"headroom/adapters/aws"
	"headroom/adapters/aws/awstest"
	"headroom/adapters/aws/ecs"
	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

// described is a fleet in which there is one service with these further fields, in a
// region that gives these further answers.
func described(t *testing.T, fields string, answers map[string]string) (*ecs.Fleet, *awstest.Answers) {
	t.Helper()
	if fields != "" {
		fields = "," + fields
	}
	all := map[string]string{"DescribeServices": `{"services":[{"serviceName":"chat","desiredCount":4,"runningCount":4` + fields + `}]}`}
	maps.Copy(all, answers)
	server := awstest.Answer(t, all)
	groups := group(t, server)
	return &ecs.Fleet{Settings: aws.Settings{Endpoint: groups, AccessKey: "key", SecretKey: "secret"}}, server
}

// group answers for a group of 3 instances, which is its maximum, and leaves other
// calls to the server.
func group(t *testing.T, next *awstest.Answers) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Amz-Target") != "" {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprint(w, `<DescribeAutoScalingGroupsResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><DescribeAutoScalingGroupsResult><AutoScalingGroups><member>`+
			`<AutoScalingGroupName>gpus</AutoScalingGroupName><MinSize>0</MinSize><MaxSize>3</MaxSize><DesiredCapacity>3</DesiredCapacity></member></AutoScalingGroups></DescribeAutoScalingGroupsResult></DescribeAutoScalingGroupsResponse>`)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func open(t *testing.T, fleet *ecs.Fleet, mode string) capacity.Target {
	t.Helper()
	target, err := fleet.Target(t.Context(), capacity.TargetName("aws-ecs://us-east-1/prod/chat?mode="+mode))
	if err != nil {
		t.Fatal(err)
	}
	return target
}

// Deployments as ECS shows them.
const (
	failed   = `"deployments":[{"status":"PRIMARY","taskDefinition":"chat:8","desiredCount":4,"runningCount":0,"failedTasks":10,"rolloutState":"FAILED","rolloutStateReason":"tasks failed to start"},{"status":"ACTIVE","taskDefinition":"chat:7","desiredCount":4,"runningCount":4}]`
	underWay = `"deployments":[{"status":"PRIMARY","taskDefinition":"chat:8","desiredCount":4,"runningCount":1,"failedTasks":2,"rolloutState":"IN_PROGRESS"},{"status":"ACTIVE","taskDefinition":"chat:7","desiredCount":4,"runningCount":3}]`
	settled  = `"deployments":[{"status":"PRIMARY","taskDefinition":"chat:8","desiredCount":4,"runningCount":4,"rolloutState":"COMPLETED"}]`
	scalable = `{"ScalableTargets":[{"ServiceNamespace":"ecs","ResourceId":"service/prod/chat","ScalableDimension":"ecs:service:DesiredCount","MinCapacity":2,"MaxCapacity":20}]}`
)

func TestInspect(t *testing.T) {
	provider := func(fields string) map[string]string {
		return map[string]string{"DescribeCapacityProviders": `{"capacityProviders":[{"name":"gpus",` + fields + `}]}`}
	}
	const strategy = `"capacityProviderStrategy":[{"capacityProvider":"gpus","weight":1}]`
	for name, c := range map[string]struct {
		fields  string
		answers map[string]string
		want    []string
	}{
		"nothing wrong":           {fields: settled + `,"status":"ACTIVE","launchType":"FARGATE"`},
		"stopped":                 {fields: `"tags":[{"key":"headroom:stop","value":"incident 42"}]`, want: []string{`blocks: .*the tag headroom:stop="incident 42" of the service forbids changes`}},
		"being deleted":           {fields: `"status":"DRAINING"`, want: []string{"blocks: .*the service is DRAINING, so it was deleted"}},
		"deleted":                 {fields: `"status":"INACTIVE"`, want: []string{"blocks: .*the service is INACTIVE"}},
		"one for each instance":   {fields: `"schedulingStrategy":"DAEMON"`, want: []string{"blocks: the service runs one task on each instance"}},
		"a deployment has failed": {fields: failed, want: []string{"blocks: the deployment of chat:8 has failed .tasks failed to start.*starts no further tasks"}},
		"a deployment":            {fields: underWay, want: []string{"a deployment is under way .1 of 4 tasks of chat:8 run, 2 failed."}},
		"sets of tasks":           {fields: `"taskSets":[{"status":"PRIMARY","runningCount":4},{"status":"ACTIVE","runningCount":4}]`, want: []string{"load moves from one of 2 sets of tasks"}},
		"no place":                {fields: `"events":[{"message":"(service chat) was unable to place a task because no container instance met all of its requirements."},{"message":"(service chat) has reached a steady state."}]`, want: []string{"blocks: ECS finds no place for a task .*no container instance"}},
		"no place earlier":        {fields: `"events":[{"message":"(service chat) registered 1 targets"},{"message":"(service chat) has reached a steady state."},{"message":"(service chat) was unable to place a task."}]`},
		"no instances":            {fields: `"launchType":"EC2"`, answers: map[string]string{"DescribeClusters": `{"clusters":[{"clusterName":"prod","registeredContainerInstancesCount":0}]}`}, want: []string{"blocks: the cluster has no instances"}},
		"no capacity provider":    {fields: `"launchType":"EC2"`, answers: map[string]string{"DescribeClusters": `{"clusters":[{"clusterName":"prod","registeredContainerInstancesCount":3}]}`}, want: []string{"the service has no capacity provider: its 3 instances"}},
		"spot only":               {fields: `"capacityProviderStrategy":[{"capacityProvider":"FARGATE_SPOT","weight":1}]`, want: []string{"all tasks run on Fargate Spot"}},
		"provider is inactive":    {fields: strategy, answers: provider(`"status":"INACTIVE"`), want: []string{"blocks: the capacity provider gpus is INACTIVE"}},
		"provider adds nothing":   {fields: strategy, answers: provider(`"status":"ACTIVE","autoScalingGroupProvider":{"autoScalingGroupArn":"arn","managedScaling":{"status":"DISABLED"}}`), want: []string{"managed scaling of the capacity provider gpus is off"}},
		"provider is at its max":  {fields: strategy, answers: provider(`"status":"ACTIVE","autoScalingGroupProvider":{"autoScalingGroupArn":"arn:aws:autoscaling:us-east-1:1:autoScalingGroup:2:autoScalingGroupName/gpus","managedScaling":{"status":"ENABLED"}}`), want: []string{"the group gpus of the capacity provider gpus is at its maximum of 3 instances"}},
		"provider of Fargate":     {fields: strategy, answers: provider(`"status":"ACTIVE"`)},
		"registered":              {answers: map[string]string{"DescribeScalableTargets": scalable}, want: []string{"blocks: it is registered with Application Auto Scaling, which keeps its number between 2 and 20"}},
	} {
		t.Run(name, func(t *testing.T) {
			fleet, server := described(t, c.fields, c.answers)
			capacitytest.Findings(t, open(t, fleet, "exact").(capacity.Inspected), c.want...)
			var actions []string
			for _, operation := range server.Asked() {
				service := "ecs:"
				if strings.Contains(operation, "Scal") {
					service = "application-autoscaling:"
				}
				actions = append(actions, service+operation)
			}
			awstest.Allowed(t, actions, readPolicy)
		})
	}
}

// A minimum has the findings of Application Auto Scaling and those of the service.
func TestInspect_Floor(t *testing.T) {
	fleet, _ := described(t, failed, map[string]string{"DescribeScalableTargets": scalable})
	for _, mode := range []string{"floor", "schedule"} {
		capacitytest.Findings(t, open(t, fleet, mode).(capacity.Inspected), "no scaling policy takes units away", "blocks: the deployment of chat:8 has failed")
	}
}

// What does not come back by itself is left to another pool, and nothing is written.
func TestScale_States(t *testing.T) {
	for name, c := range map[string]struct {
		fields string
		units  capacity.Units
		is     error
	}{
		"failed, raise": {failed, 6, capacity.ErrOutOfService},
		"failed, cut":   {failed, 1, nil},
		"under way":     {underWay, 6, nil},
		"being deleted": {`"status":"DRAINING"`, 6, capacity.ErrOutOfService},
		"deleted":       {`"status":"INACTIVE"`, 6, capacity.ErrOutOfService},
		"works":         {settled, 6, nil},
	} {
		for _, mode := range []string{"exact", "floor"} {
			t.Run(name+", "+mode, func(t *testing.T) {
				fleet, server := described(t, c.fields, map[string]string{"DescribeScalableTargets": scalable})
				err := open(t, fleet, mode).Scale(t.Context(), capacity.Action{ID: "a", Units: c.units})
				if !errors.Is(err, c.is) {
					t.Errorf("got %v, want %v", err, c.is)
				}
				wrote := slices.Contains(server.Asked(), "UpdateService") || slices.Contains(server.Asked(), "RegisterScalableTarget")
				if wrote != (c.is == nil) {
					t.Errorf("something was written: %v", wrote)
				}
			})
		}
	}
}

// Only tasks that take load count.
func TestState_Serving(t *testing.T) {
	for name, c := range map[string]struct {
		fields string
		want   capacity.Units
	}{
		"settled":                {`"runningCount":4,` + settled, 4},
		"rolling, both versions": {`"runningCount":4,` + underWay, 4},
		"blue and green of ECS":  {`"runningCount":7,"deploymentConfiguration":{"strategy":"BLUE_GREEN"},"deployments":[{"status":"PRIMARY","runningCount":3},{"status":"ACTIVE","runningCount":4}]`, 4},
		"after blue and green":   {`"runningCount":4,"deploymentConfiguration":{"strategy":"BLUE_GREEN"},"deployments":[{"status":"PRIMARY","runningCount":4}]`, 4},
		"sets of tasks":          {`"runningCount":7,"taskSets":[{"status":"PRIMARY","runningCount":4},{"status":"ACTIVE","runningCount":3}]`, 4},
		"fewer than desired":     {`"runningCount":1,` + settled, 1},
	} {
		t.Run(name, func(t *testing.T) {
			fleet, _ := described(t, "", map[string]string{"DescribeServices": `{"services":[{"serviceName":"chat","desiredCount":4,` + c.fields + `}]}`})
			if !json.Valid([]byte("{" + c.fields + "}")) {
				t.Fatal("the answer is no JSON")
			}
			state, err := open(t, fleet, "exact").State(t.Context())
			if want := (capacity.State{Units: 4, Serving: c.want}); err != nil || state != want {
				t.Errorf("got %+v, %v, want %+v", state, err, want)
			}
		})
	}
}
