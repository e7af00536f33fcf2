package asg_test

import (
	"strings"
	"testing"
	"time"

	"headroom/adapters/aws/awstest"
	"headroom/capacity"
)

func TestInspect(t *testing.T) {
	predictive := awstest.Policy{Name: "ahead", Type: "PredictiveScaling", Mode: "ForecastAndScale", Breach: "IncreaseMaxCapacity"}
	tracking := awstest.Policy{Name: "cpu", Type: "TargetTrackingScaling"}
	for name, c := range map[string]struct {
		parameters     string
		shape          func(*awstest.Group)
		blocks, warns  []string // a part of each finding
		ours, theirsAt time.Duration
	}{
		"nothing wrong":           {parameters: "?mode=schedule"},
		"launch suspended":        {shape: func(g *awstest.Group) { g.Suspended = []string{"Launch"} }, blocks: []string{"process Launch of the group is suspended"}},
		"terminate suspended":     {shape: func(g *awstest.Group) { g.Suspended = []string{"Terminate"} }, blocks: []string{"process Terminate"}},
		"timetable suspended":     {parameters: "?mode=schedule", shape: func(g *awstest.Group) { g.Suspended = []string{"ScheduledActions"} }, blocks: []string{"process ScheduledActions"}},
		"no load balancer":        {shape: func(g *awstest.Group) { g.Suspended = []string{"AddToLoadBalancer"} }, blocks: []string{"process AddToLoadBalancer of the group is suspended, so new instances get no load"}},
		"no load balancer, exact": {parameters: "?mode=exact", shape: func(g *awstest.Group) { g.Suspended = []string{"AddToLoadBalancer"} }, blocks: []string{"new instances get no load"}},
		"alarms suspended":        {shape: func(g *awstest.Group) { g.Suspended = []string{"AlarmNotification"} }, warns: []string{"process AlarmNotification"}},
		"alarms, schedule":        {parameters: "?mode=schedule", shape: func(g *awstest.Group) { g.Suspended = []string{"AlarmNotification"} }, warns: []string{"process AlarmNotification"}},
		"alarms, exact":           {parameters: "?mode=exact", shape: func(g *awstest.Group) { g.Suspended = []string{"AlarmNotification"} }},
		"health suspended":        {shape: func(g *awstest.Group) { g.Suspended = []string{"HealthCheck", "ReplaceUnhealthy"} }, warns: []string{"not noticed", "not replaced"}},
		"harmless":                {shape: func(g *awstest.Group) { g.Suspended = []string{"AZRebalance", "InstanceRefresh"} }},
		"several": {shape: func(g *awstest.Group) {
			g.Suspended = []string{"HealthCheck", "Launch", "AddToLoadBalancer", "AlarmNotification"}
		}, blocks: []string{"Launch", "AddToLoadBalancer"}, warns: []string{"HealthCheck", "AlarmNotification"}},
		"no timetable is used": {shape: func(g *awstest.Group) { g.Suspended = []string{"ScheduledActions", "AZRebalance"} }},
		"sold out":             {shape: func(g *awstest.Group) { g.Stock, g.Reactive, g.Load = 3, true, 6 }, blocks: []string{"AWS has none of these instances there (We currently"}},
		"launch template is gone": {shape: func(g *awstest.Group) {
			g.Broken, g.Reactive, g.Load = "The specified launch template, with template ID lt-1, does not exist. Launching EC2 instance failed.", true, 6
		}, blocks: []string{"further ones will (The specified launch template"}},
		"quota of the account": {shape: func(g *awstest.Group) {
			g.Broken, g.Reactive, g.Load = "You have requested more vCPU capacity than your current vCPU limit of 32 allows.", true, 6
		}, blocks: []string{"a quota of the account is used up"}},
		"launch failed otherwise": {shape: func(g *awstest.Group) {
			g.Broken, g.Reactive, g.Load = "Instance failed to complete user's Lifecycle Action.", true, 6
		}, warns: []string{"the newest launch failed (Instance failed"}},
		"stopped":       {shape: func(g *awstest.Group) { g.Tags = map[string]string{"headroom:stop": "incident 42"} }, blocks: []string{`the tag headroom:stop="incident 42" of the group forbids changes`}},
		"being deleted": {shape: func(g *awstest.Group) { g.Deleting = true }, blocks: []string{"being deleted (Delete in progress)"}},
		"predictive":    {shape: func(g *awstest.Group) { g.Policies = []awstest.Policy{predictive} }, warns: []string{"set it to ForecastOnly", "HonorMaxCapacity"}},
		"predictive, only told": {shape: func(g *awstest.Group) {
			g.Policies = []awstest.Policy{{Name: "p", Mode: "ForecastOnly", Breach: "HonorMaxCapacity"}}
		}},
		"tracking beside floor": {shape: func(g *awstest.Group) { g.Policies = []awstest.Policy{tracking} }},
		"tracking beside exact": {parameters: "?mode=exact", shape: func(g *awstest.Group) { g.Policies = []awstest.Policy{tracking} }, warns: []string{`"cpu" moves the desired number`}},
		"mixed":                 {shape: func(g *awstest.Group) { g.Mixed = true }, warns: []string{"mixes instance types"}},
		"warm pool":             {shape: func(g *awstest.Group) { g.WarmPool = true }, warns: []string{"warm pool"}},
		"no warm-up":            {shape: func(g *awstest.Group) { g.Warmup = 0 }, warns: []string{"DefaultInstanceWarmup"}},
		"refresh":               {shape: func(g *awstest.Group) { g.Refreshes = []string{"InProgress", "Successful"} }, warns: []string{"instance refresh is under way"}},
		"refreshed":             {shape: func(g *awstest.Group) { g.Refreshes = []string{"Successful", "Failed"} }},
		"action of others":      {ours: time.Hour, theirsAt: 70 * time.Minute, warns: []string{"others have scheduled actions"}},
		"action of others near": {ours: time.Hour, theirsAt: 57 * time.Minute, warns: []string{"others have scheduled actions", "less than 5m0s from ours (theirs-085700)"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			if c.shape != nil {
				w.change(c.shape)
			}
			if c.ours > 0 {
				if _, err := w.timetabled("").Push(t.Context(), w.now, []capacity.Slot{{At: start.Add(c.ours), Units: 4}}); err != nil {
					t.Fatal(err)
				}
				w.neighbour().Put(start.Add(c.theirsAt))
			}
			effects := len(w.service.Effects())
			found, err := w.target(c.parameters).(capacity.Inspected).Inspect(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if len(found) != len(c.blocks)+len(c.warns) {
				t.Fatalf("got %+v, want %d findings", found, len(c.blocks)+len(c.warns))
			}
			for _, part := range c.blocks {
				wantFinding(t, found, true, part)
			}
			for _, part := range c.warns {
				wantFinding(t, found, false, part)
			}
			if got := len(w.service.Effects()); got != effects {
				t.Errorf("looking changed the group: %v", w.service.Effects())
			}
		})
	}
}

// A launch that succeeds after those that failed takes the finding back.
func TestInspect_StockIsBack(t *testing.T) {
	w := newWorld(t, func(g *awstest.Group) { g.Stock = 3 })
	target := w.target("?mode=exact").(capacity.Inspected)
	for i, want := range []int{1, 0} {
		if err := target.Scale(t.Context(), capacity.Action{Units: capacity.Units(5 + i)}); err != nil {
			t.Fatalf("scale is not to mind what failed: %v", err)
		}
		w.pass(time.Hour)
		if found, err := target.Inspect(t.Context()); err != nil || len(found) != want {
			t.Errorf("got %+v, %v, want %d findings", found, err, want)
		}
		w.change(func(g *awstest.Group) { g.Stock = 0 })
	}
}

func TestInspect_Errors(t *testing.T) {
	for _, operation := range []string{"DescribeAutoScalingGroups", "DescribePolicies", "DescribeInstanceRefreshes", "DescribeScalingActivities", "DescribeScheduledActions"} {
		w := newWorld(t, nil)
		w.faults.Plan = awstest.Script(map[string][]awstest.Fault{operation: {{Code: "AccessDenied", Status: 403}}})
		_, err := w.target("").(capacity.Inspected).Inspect(t.Context())
		wantError(t, err, capacity.ErrAccess, "inspect aws-asg://us-east-1/chat", "policy in deploy/")
	}
}

// What only looks is within the policy for reading.
func TestReading_Allowed(t *testing.T) {
	w := newWorld(t, nil)
	target := w.timetabled("")
	if _, err := target.State(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := target.Timetable(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := target.(capacity.Limited).Limits(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := target.(capacity.Inspected).Inspect(t.Context()); err != nil {
		t.Error(err)
	}
	awstest.Allowed(t, w.faults.Actions(), readPolicy)
}

func wantFinding(t *testing.T, found []capacity.Finding, blocks bool, part string) {
	t.Helper()
	for _, f := range found {
		if f.Blocks == blocks && strings.Contains(f.Text, part) {
			return
		}
	}
	t.Errorf("got %+v, want one that says %q and blocks: %v", found, part, blocks)
}
