package asg_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"headroom/adapters/aws/asg"
	"headroom/adapters/aws/awstest"
	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

func TestTarget_Conformance(t *testing.T) {
	for mode, reactive := range map[string]bool{"exact": false, "floor": true, "schedule": true} {
		t.Run(mode, func(t *testing.T) {
			capacitytest.Target(t, func(t *testing.T) (capacity.Target, func()) {
				w := newWorld(t, func(g *awstest.Group) { g.Reactive = reactive })
				return w.target("?mode=" + mode), func() { w.pass(5 * time.Minute) }
			})
		})
	}
}

func TestTarget_Stopped(t *testing.T) {
	for _, mode := range []string{"exact", "floor", "schedule"} {
		t.Run(mode, func(t *testing.T) {
			capacitytest.Stopped(t, func(t *testing.T) capacitytest.Stoppable {
				w := newWorld(t, nil)
				return capacitytest.Stoppable{Target: w.target("?mode=" + mode), Now: start, Stop: func(reason string) {
					w.change(func(g *awstest.Group) { g.Tags = map[string]string{"team": "chat", "headroom:stop": reason} })
				}, Resume: func() {
					w.change(func(g *awstest.Group) { g.Tags = map[string]string{"team": "chat"} })
				}}
			})
		})
	}
}

// What each mode writes, and what it leaves to others.
func TestScale_Writes(t *testing.T) {
	type write struct {
		asked string
		after awstest.Size
	}
	for name, c := range map[string]struct {
		parameters string
		units      capacity.Units
		want       []write
	}{
		"floor up":   {"", 5, []write{{"MinSize=5", awstest.Size{Min: 5, Desired: 8, Max: 20}}}},
		"floor high": {"?mode=floor", 12, []write{{"MinSize=12", awstest.Size{Min: 12, Desired: 12, Max: 20}}}},
		"floor same": {"", 2, nil},
		"exact":      {"?mode=exact", 5, []write{{"MinSize=5 DesiredCapacity=5", awstest.Size{Min: 5, Desired: 5, Max: 20}}}},
		"exact, minimum holds": {"?mode=exact", 2, []write{
			{"MinSize=2 DesiredCapacity=2", awstest.Size{Min: 2, Desired: 2, Max: 20}},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(g *awstest.Group) { g.Desired = 8 })
			target := w.target(c.parameters)
			for range 2 { // the repeat writes nothing
				if err := target.Scale(t.Context(), capacity.Action{Units: c.units}); err != nil {
					t.Fatal(err)
				}
			}
			effects := w.service.Effects()
			if len(effects) != len(c.want) {
				t.Fatalf("got the writes %v, want %v", effects, c.want)
			}
			for i, e := range effects {
				if e.Asked != c.want[i].asked || e.After != c.want[i].after {
					t.Errorf("got %s to %+v, want %+v", e.Asked, e.After, c.want[i])
				}
			}
		})
	}
}

// In mode floor others may run more: that is settled, and Serving tells.
func TestState_Floor(t *testing.T) {
	w := newWorld(t, func(g *awstest.Group) { g.Desired, g.Reactive, g.Load = 8, true, 8 })
	if got, err := w.target("").State(t.Context()); err != nil || (got != capacity.State{Units: 2, Serving: 8, Floor: true}) || !got.Settled() {
		t.Errorf("got %+v, %v, want 2 units, 8 serving, settled", got, err)
	}
	if err := w.target("").Scale(t.Context(), capacity.Action{Units: 10}); err != nil {
		t.Fatal(err)
	}
	if got, err := w.target("").State(t.Context()); err != nil || (got != capacity.State{Units: 10, Serving: 8, Floor: true}) || got.Settled() {
		t.Errorf("got %+v, %v, want 10 units, 8 serving, not settled", got, err)
	}
}

// Each class of errors ends as the table of codes promises, in words that name
// the target, the operation and the remedy.
func TestScale_Errors(t *testing.T) {
	for name, c := range map[string]struct {
		shape func(*awstest.Group)
		fault awstest.Fault // of the write
		units capacity.Units
		want  error // nil: a plain error, trying again may help
		says  string
	}{
		"above the maximum":  {units: 21, want: capacity.ErrOutOfBounds, says: "MaxSize of the group is 20; raise it"},
		"negative":           {units: -1, want: capacity.ErrOutOfBounds, says: "correct the plan"},
		"throttled":          {fault: awstest.Fault{Code: "Throttling"}, units: 4, want: capacity.ErrTargetBusy, says: "asked again later"},
		"contention":         {fault: awstest.Fault{Code: "ResourceContention", Status: 500}, units: 4, want: capacity.ErrTargetBusy, says: "somebody else is changing it"},
		"denied":             {fault: awstest.Fault{Code: "AccessDenied", Status: 403}, units: 4, want: capacity.ErrAccess, says: "policy in deploy/"},
		"expired":            {fault: awstest.Fault{Code: "ExpiredToken", Status: 403}, units: 4, want: capacity.ErrAccess, says: "sign in again"},
		"not valid":          {fault: awstest.Fault{Code: "ValidationError"}, units: 4, want: capacity.ErrOutOfBounds, says: "limits"},
		"broken server":      {fault: awstest.Fault{Status: 503}, units: 4, says: "ServiceUnavailable"},
		"answer lost":        {fault: awstest.Fault{Lost: true}, units: 4, says: "no answer; check the endpoint"},
		"scaling in between": {shape: func(g *awstest.Group) { g.Exclusive, g.Reactive, g.Load = true, true, 6 }, units: 8, want: capacity.ErrTargetBusy, says: "scaled just now"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			if c.shape != nil {
				w.change(c.shape) // and what the policy starts now is under way
			}
			w.faults.Plan = awstest.Script(map[string][]awstest.Fault{"UpdateAutoScalingGroup": {c.fault}})
			wantError(t, w.target("?mode=exact").Scale(t.Context(), capacity.Action{Units: c.units}), c.want, "ask for", "aws-asg://us-east-1/chat", c.says)
		})
	}
	t.Run("being deleted", func(t *testing.T) {
		w := newWorld(t, func(g *awstest.Group) { g.Deleting = true })
		for _, mode := range []string{"floor", "exact", "schedule"} {
			target := w.target("?mode=" + mode)
			wantError(t, target.Scale(t.Context(), capacity.Action{Units: 3}), capacity.ErrOutOfService, "does not come back", "another pool")
			_, err := target.State(t.Context())
			wantError(t, err, capacity.ErrOutOfService, "being deleted (Delete in progress)")
		}
	})
	t.Run("launch template is gone", func(t *testing.T) {
		w := newWorld(t, nil)
		w.faults.Plan = awstest.Script(map[string][]awstest.Fault{"UpdateAutoScalingGroup": {{
			Code: "ValidationError", Message: "You must use a valid fully-formed launch template. The specified launch template, with template ID lt-1, does not exist.",
		}}})
		wantError(t, w.target("").Scale(t.Context(), capacity.Action{Units: 3}), capacity.ErrOutOfService, "no instance can be launched", "lt-1, does not exist")
	})
	t.Run("no such group", func(t *testing.T) {
		w := newWorld(t, nil)
		target, err := w.fleet.Target(t.Context(), "aws-asg://us-east-1/other")
		if err != nil {
			t.Fatal(err)
		}
		wantError(t, target.Scale(t.Context(), capacity.Action{Units: 3}), capacity.ErrNoSuchTarget, "aws-asg://us-east-1/other", "correct target in the policy")
		_, err = target.State(t.Context())
		wantError(t, err, capacity.ErrNoSuchTarget, "read", "aws-asg://us-east-1/other", "correct target in the policy")
		_, err = target.(*asg.Target).LeadTimes(t.Context())
		wantError(t, err, capacity.ErrNoSuchTarget, "read the launches", "correct target in the policy")
	})
}

// A write whose answer is lost has taken effect: the repeat finds it and writes
// nothing.
func TestScale_LostAnswer(t *testing.T) {
	w := newWorld(t, nil)
	w.faults.Plan = awstest.Script(map[string][]awstest.Fault{"UpdateAutoScalingGroup": {{Lost: true}}})
	if err := w.target("").Scale(t.Context(), capacity.Action{Units: 6}); err == nil {
		t.Error("got no error, want the lost answer")
	}
	if err := w.target("").Scale(t.Context(), capacity.Action{Units: 6}); err != nil {
		t.Error(err)
	}
	if got := len(w.service.Effects()); got != 1 {
		t.Errorf("%d writes took effect, want 1", got)
	}
}

func TestLeadTimes(t *testing.T) {
	w := newWorld(t, nil)
	target := w.target("?mode=exact").(*asg.Target)
	scale := func(n capacity.Units) {
		t.Helper()
		if err := target.Scale(t.Context(), capacity.Action{Units: n}); err != nil {
			t.Fatal(err)
		}
	}
	w.change(func(g *awstest.Group) { g.Stock = 5 })
	scale(9) // 3 launches succeed, one fails
	w.pass(10 * time.Minute)
	w.change(func(g *awstest.Group) { g.Stock, g.Launch = 0, 6*time.Minute }) // 4 more, 6 minutes each
	w.pass(10 * time.Minute)
	for range 20 { // more than a page
		scale(0)
		scale(9)
		w.pass(10 * time.Minute)
	}
	scale(10) // under way
	got, err := target.LeadTimes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 3+4+20*9 || got[0] != 6*time.Minute || got[len(got)-1] != 4*time.Minute {
		t.Errorf("got %d launches, the newest %v, the oldest %v; want 187, 6m and 4m", len(got), got[0], got[len(got)-1])
	}
}

// wantError wants an error of that class, and of no other, that says all parts.
func wantError(t *testing.T, err, want error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("got no error, want %v", want)
	}
	for _, class := range []error{
		capacity.ErrTargetBusy, capacity.ErrNoSuchTarget, capacity.ErrOutOfService, capacity.ErrAccess, capacity.ErrOutOfBounds,
		capacity.ErrQuota, capacity.ErrNoCapacity, capacity.ErrConflict, capacity.ErrDrifted,
	} {
		if got := errors.Is(err, class); got != (class == want) { //nolint:errorlint // the table holds the sentinels themselves
			t.Errorf("error %q is %q: got %v", err, class, got)
		}
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("got error %q, want it to say %q", err, part)
		}
	}
}
