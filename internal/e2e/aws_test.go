package e2e_test

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/google/go-cmp/cmp"

	"headroom/adapters/aws"
	"headroom/adapters/aws/awstest"
	"headroom/capacity"
	"headroom/internal/devstack"
	"headroom/workflows"
)

// awsSpeed lets ten minutes of the plan last two seconds.
const awsSpeed = 300

// TestAWS walks the whole line on the servers of others: load from a real S3
// server, workflows on a real Temporal server, and a group of instances on moto,
// whose calls are throttled, refused, slow, and answered into the void. The group
// must be set to exactly the plan's numbers, each once and in order.
func TestAWS(t *testing.T) {
	needServers(t)
	address := awstest.Moto(t)
	behind, err := awstest.Behind(address)
	if err != nil {
		t.Fatal(err)
	}
	faults := &awstest.Faults{Server: behind, Plan: awstest.Seeded(7, 0.2,
		awstest.Fault{Code: "Throttling"}, awstest.Fault{Status: 500}, awstest.Fault{Lost: true}, awstest.Fault{Delay: time.Second}, awstest.Fault{Code: "ScalingActivityInProgress"})}
	front := httptest.NewServer(faults)
	t.Cleanup(front.Close)

	s := newSite(t)
	s.env = []string{"AWS_ENDPOINT_URL_AUTO_SCALING=" + front.URL}
	control, err := aws.OpenControl(t.Context(), aws.Settings{Endpoint: address, Region: "us-east-1", AccessKey: s.stack.AccessKey, SecretKey: s.stack.SecretKey})
	if err != nil {
		t.Fatal(err)
	}
	client := autoscaling.NewFromConfig(control.Config)
	if _, err := client.CreateLaunchConfiguration(t.Context(), &autoscaling.CreateLaunchConfigurationInput{LaunchConfigurationName: new("chat"), ImageId: new("ami-12c6146b"), InstanceType: new("t3.micro")}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.CreateAutoScalingGroup(t.Context(), &autoscaling.CreateAutoScalingGroupInput{
		AutoScalingGroupName: new("chat"), LaunchConfigurationName: new("chat"), MinSize: new(int32(12)), DesiredCapacity: new(int32(12)), MaxSize: new(int32(40)), AvailabilityZones: []string{"us-east-1a"},
	}); err != nil {
		t.Fatal(err)
	}

	s.startWorker(t, devstack.Bucket)
	s.policy.Forecast.Horizon = 8 * time.Hour
	pool := &s.policy.Pools[0]
	pool.Target, pool.LeadTime = "aws-asg://us-east-1/chat?mode=exact", 8*time.Minute
	clock := capacity.Replay(s.origin, awsSpeed)
	if err := s.start(t, workflows.RetrainID(s.policy.Service), workflows.Retrain, workflows.RetrainInput{Service: s.forced(t, s.policy), Clock: clock}).Get(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	var planned workflows.PlanResult
	if err := s.start(t, workflows.PlanID(s.policy.Service), workflows.Plan, workflows.PlanInput{Service: s.forced(t, s.policy), Clock: clock}).Get(t.Context(), &planned); err != nil {
		t.Fatal(err)
	}
	p := s.stored(t, planned)
	state := s.over(t, p.Service)

	var want []string
	for _, a := range p.Actions {
		want = append(want, fmt.Sprintf("%d", a.Units))
	}
	last := int32(p.Actions[len(p.Actions)-1].Units)
	if kept := int32(keeps(p)); kept > last { // until a newer plan comes
		want, last = append(want, fmt.Sprintf("%d", kept)), kept
	}
	if len(want) < 3 {
		t.Fatalf("got a plan of %d actions, too few to tell anything", len(want))
	}
	var writes int
	blows := map[string]int{}
	for _, call := range faults.Log() {
		if call.Operation == "UpdateAutoScalingGroup" && call.Reached() {
			writes++
		}
		if call.Fault != (awstest.Fault{}) {
			blows[fmt.Sprintf("%+v", call.Fault)]++
		}
	}
	if writes != len(want) {
		t.Errorf("the group was written %d times, want once for each of %d actions", writes, len(want))
	}
	if n := state.Counts[capacity.Done] + state.Counts[capacity.Superseded]; n != len(want) {
		t.Errorf("got counts %v, want %d actions done", state.Counts, len(want))
	}
	out, err := client.DescribeAutoScalingGroups(t.Context(), &autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{"chat"}})
	if err != nil || len(out.AutoScalingGroups) != 1 {
		t.Fatalf("got %v (%v), want the group", out, err)
	}
	g := out.AutoScalingGroups[0]
	if diff := cmp.Diff([2]int32{last, last}, [2]int32{*g.MinSize, *g.DesiredCapacity}); diff != "" || inService(g) != int(last) {
		t.Errorf("the group has %d instances in service; its numbers (-want +got):\n%s", inService(g), diff)
	}
	t.Logf("units %v; faults %v", want, blows)
}

func inService(g types.AutoScalingGroup) (n int) {
	for _, i := range g.Instances {
		if i.LifecycleState == types.LifecycleStateInService {
			n++
		}
	}
	return n
}
