package asg_test

import (
	"fmt"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/google/go-cmp/cmp"

	"headroom/adapters/aws"
	"headroom/adapters/aws/asg"
	"headroom/adapters/aws/awstest"
	"headroom/capacity"
)

// picture is what a client sees of a group.
type picture struct {
	Size    [3]int32
	Serving capacity.State
	Actions []string
	Pushed  capacity.Pushed
}

// TestMoto: to the same calls our emulator answers as moto does, as far as moto
// keeps the rules of the service.
func TestMoto(t *testing.T) {
	real := see(t, awstest.Moto(t), time.Now().UTC().Truncate(24*time.Hour).Add(48*time.Hour))
	own := see(t, bare(t, &awstest.AutoScaling{Now: func() time.Time { return start }}), start)
	if diff := cmp.Diff(real, own); diff != "" {
		t.Errorf("the emulator differs (-moto +emulator):\n%s", diff)
	}
}

// bare is the address of an emulator that other clients than targets use.
func bare(t *testing.T, service *awstest.AutoScaling) string {
	t.Helper()
	server := httptest.NewServer(service)
	t.Cleanup(server.Close)
	return server.URL
}

// see makes a group called other, drives it by hand and by targets, and returns
// what was seen on the way.
func see(t *testing.T, address string, now time.Time) []picture {
	t.Helper()
	settings := aws.Settings{Endpoint: address, Region: "us-east-1", AccessKey: "key", SecretKey: "secret"}
	control, err := aws.OpenControl(t.Context(), settings)
	if err != nil {
		t.Fatal(err)
	}
	client := autoscaling.NewFromConfig(control.Config)
	must(t)(client.CreateLaunchConfiguration(t.Context(), &autoscaling.CreateLaunchConfigurationInput{
		LaunchConfigurationName: new("lc"), ImageId: new("ami-12c6146b"), InstanceType: new("t3.micro"),
	}))
	must(t)(client.CreateAutoScalingGroup(t.Context(), &autoscaling.CreateAutoScalingGroupInput{
		AutoScalingGroupName: new("other"), LaunchConfigurationName: new("lc"), AvailabilityZones: []string{"us-east-1a"},
		MinSize: new(int32(1)), DesiredCapacity: new(int32(2)), MaxSize: new(int32(9)),
	}))
	fleet := &asg.Fleet{Settings: settings, Pause: time.Nanosecond}
	target := func(parameters string) capacity.Target {
		target, err := fleet.Target(t.Context(), capacity.TargetName("aws-asg://us-east-1/other"+parameters))
		if err != nil {
			t.Fatal(err)
		}
		return target
	}
	look := func(p picture) picture {
		groups := must(t)(client.DescribeAutoScalingGroups(t.Context(), &autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{"other"}})).(*autoscaling.DescribeAutoScalingGroupsOutput)
		g := groups.AutoScalingGroups[0]
		p.Size = [3]int32{*g.MinSize, *g.DesiredCapacity, *g.MaxSize}
		p.Serving = must(t)(target("?mode=exact").State(t.Context())).(capacity.State)
		actions := must(t)(client.DescribeScheduledActions(t.Context(), &autoscaling.DescribeScheduledActionsInput{AutoScalingGroupName: new("other")})).(*autoscaling.DescribeScheduledActionsOutput)
		for _, a := range actions.ScheduledUpdateGroupActions {
			p.Actions = append(p.Actions, inWords(a, now))
		}
		slices.Sort(p.Actions) // which AWS does not promise to do
		return p
	}
	all := []picture{look(picture{})}
	if err := target("?mode=exact").Scale(t.Context(), capacity.Action{Units: 4}); err != nil {
		t.Fatal(err)
	}
	all = append(all, look(picture{}))
	if err := target("").(capacity.Limited).Limit(t.Context(), capacity.Limiting{From: 9, Max: 12}); err != nil {
		t.Fatal(err)
	}
	must(t)(client.PutScheduledUpdateGroupAction(t.Context(), &autoscaling.PutScheduledUpdateGroupActionInput{
		AutoScalingGroupName: new("other"), ScheduledActionName: new("theirs"), StartTime: new(now.Add(20 * time.Minute)), DesiredCapacity: new(int32(5)),
	}))
	plan := func(minutes ...int) (slots []capacity.Slot) {
		for _, m := range minutes {
			slots = append(slots, capacity.Slot{At: now.Add(time.Duration(m) * time.Minute), Units: capacity.Units(3 + m/30)})
		}
		return slots
	}
	for _, slots := range [][]capacity.Slot{plan(10, 20, 40), plan(10, 20, 40), plan(10, 50), nil} {
		pushed, err := target("?mode=schedule").(capacity.Timetabled).Push(t.Context(), now, slots)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, look(picture{Pushed: pushed}))
	}
	missing, err := fleet.Target(t.Context(), "aws-asg://us-east-1/nobody")
	if err != nil {
		t.Fatal(err)
	}
	_, err = missing.State(t.Context())
	wantError(t, err, capacity.ErrNoSuchTarget, "aws-asg://us-east-1/nobody")
	must(t)(client.DeleteScheduledAction(t.Context(), &autoscaling.DeleteScheduledActionInput{AutoScalingGroupName: new("other"), ScheduledActionName: new("theirs")}))
	return append(all, look(picture{}))
}

// inWords is a scheduled action in words, in times after now.
func inWords(a types.ScheduledUpdateGroupAction, now time.Time) string {
	name := *a.ScheduledActionName
	if name != "theirs" {
		name = "ours"
	}
	numbers := ""
	if a.MinSize != nil {
		numbers += fmt.Sprintf(" min %d", *a.MinSize)
	}
	if a.DesiredCapacity != nil {
		numbers += fmt.Sprintf(" desired %d", *a.DesiredCapacity)
	}
	return name + " after " + a.StartTime.Sub(now).String() + numbers
}

// must fails the test for an error.
func must(t *testing.T) func(any, error) any {
	t.Helper()
	return func(x any, err error) any {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
}
