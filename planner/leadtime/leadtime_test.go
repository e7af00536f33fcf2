package leadtime_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/planner/leadtime"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// raise is the outcome of an action from 2 to 5 units that took so long.
func raise(id int, took time.Duration) capacity.Outcome {
	return capacity.Outcome{
		Action:  capacity.Action{ID: fmt.Sprintf("plan/g5/%d", id), Target: "sim://chat", From: 2, Units: 5},
		Verdict: capacity.Done, Before: capacity.State{Units: 2, Serving: 2}, After: capacity.State{Units: 5, Serving: 5},
		Asked: noon, Settled: noon.Add(took),
	}
}

// raises is a log of so many raises, the i-th of which took i minutes.
func raises(n int) leadtime.Log {
	var l leadtime.Log
	for i := 1; i <= n; i++ {
		l = l.Add(raise(i, time.Duration(i)*time.Minute))
	}
	return l
}

func measured(q float64) capacity.Pool {
	return capacity.Pool{Name: "g5", Target: "sim://chat", LeadTime: 5 * time.Minute, Measured: q}
}

func TestLogAdd(t *testing.T) {
	change := func(f func(o *capacity.Outcome)) capacity.Outcome {
		o := raise(1, time.Minute)
		f(&o)
		return o
	}
	for name, c := range map[string]struct {
		outcome capacity.Outcome
		want    leadtime.Log
	}{
		"done":         {raise(1, 90*time.Second), leadtime.Log{{Action: "plan/g5/1", Target: "sim://chat", Took: 90 * time.Second}}},
		"short":        {change(func(o *capacity.Outcome) { o.Verdict = capacity.Short }), leadtime.Log{{Action: "plan/g5/1", Target: "sim://chat", Took: time.Minute, Short: true}}},
		"cut":          {change(func(o *capacity.Outcome) { o.Before.Units = 9 }), nil},
		"already so":   {change(func(o *capacity.Outcome) { o.Verdict = capacity.AlreadySo }), nil},
		"superseded":   {change(func(o *capacity.Outcome) { o.Verdict = capacity.Superseded }), nil},
		"never asked":  {change(func(o *capacity.Outcome) { o.Asked = time.Time{} }), nil},
		"clock turned": {change(func(o *capacity.Outcome) { o.Settled = noon.Add(-time.Minute) }), nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := leadtime.Log(nil).Add(c.outcome)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("log (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(got, got.Add(c.outcome, c.outcome)); diff != "" {
				t.Errorf("added again (-before +after):\n%s", diff)
			}
		})
	}
}

func TestLogAdd_KeepsNewest(t *testing.T) {
	other := raise(1000, time.Hour)
	other.Action.Target = "sim://other"
	before := raises(50).Add(other)
	got := before.Add(raise(51, time.Minute))
	if len(got) != 51 || got[0].Action != "plan/g5/2" || got[49].Target != "sim://other" || got[50].Action != "plan/g5/51" {
		t.Errorf("got %v, want the newest 50 of sim://chat and the one of sim://other", got)
	}
	if before[0].Action != "plan/g5/1" {
		t.Error("the log that was added to has changed")
	}
}

func TestApply(t *testing.T) {
	for name, c := range map[string]struct {
		pool capacity.Pool
		log  leadtime.Log
		want time.Duration
		note string
	}{
		"declared":     {measured(0), raises(20), 5 * time.Minute, ""},
		"none":         {measured(0.9), nil, 5 * time.Minute, "g5: the lead time is 5m, as the policy has it, until 10 raises were measured; there are 0"},
		"nine":         {measured(0.9), raises(9), 5 * time.Minute, "g5: the lead time is 5m, as the policy has it, until 10 raises were measured; there are 9"},
		"ten":          {measured(0.9), raises(10), 10 * time.Minute, "g5: the lead time is 10m, P90 of the last 10 raises"}, // place ⌈0.9·11⌉
		"fifty":        {measured(0.9), raises(60), 56 * time.Minute, "g5: the lead time is 56m, P90 of the last 50 raises"}, // place ⌈0.9·51⌉ = 46 from 11 on
		"median":       {measured(0.5), raises(19), 10 * time.Minute, "g5: the lead time is 10m, P50 of the last 19 raises"}, // place 10
		"other target": {capacity.Pool{Name: "p", Target: "sim://p", LeadTime: time.Minute, Measured: 0.9}, raises(20), time.Minute, "p: the lead time is 1m, as the policy has it, until 10 raises were measured; there are 0"},
	} {
		t.Run(name, func(t *testing.T) {
			p, note, err := leadtime.Apply(c.pool, c.log, 24*time.Hour)
			if err != nil || p.LeadTime != c.want || note != c.note {
				t.Errorf("got %v, %q, %v, want %v, %q", p.LeadTime, note, err, c.want, c.note)
			}
		})
	}
}

func TestApply_RoundsUp(t *testing.T) {
	var log leadtime.Log
	for i := range 12 {
		log = log.Add(raise(i, 90*time.Second+time.Millisecond))
	}
	if p, _, err := leadtime.Apply(measured(0.9), log, time.Hour); err != nil || p.LeadTime != 91*time.Second {
		t.Errorf("got %v, %v, want 1m31s", p.LeadTime, err)
	}
}

func TestApply_Short(t *testing.T) {
	o := raise(99, 11*time.Minute)
	o.Verdict = capacity.Short
	p, note, err := leadtime.Apply(measured(0.9), raises(10).Add(o), time.Hour)
	if want := "; in 1 of them units were still missing"; err != nil || p.LeadTime != 11*time.Minute || !strings.Contains(note, want) {
		t.Errorf("got %v, %q, %v, want 11m with %q", p.LeadTime, note, err, want)
	}
}

func TestApply_BeyondHorizon(t *testing.T) {
	if _, _, err := leadtime.Apply(measured(0.9), raises(10), 10*time.Minute); !errors.Is(err, capacity.ErrBadPolicy) {
		t.Errorf("got %v, want an ErrBadPolicy", err)
	}
}

func ExampleLog() {
	var log leadtime.Log
	for i := range 12 {
		log = log.Add(raise(i, time.Duration(170+10*i)*time.Second))
	}
	data, _ := json.Marshal(log[:1])
	fmt.Println(string(data))
	pool, note, err := leadtime.Apply(measured(0.9), log, 24*time.Hour)
	fmt.Println(pool.LeadTime, err)
	fmt.Println(note)
	// Output:
	// [{"Action":"plan/g5/0","Target":"sim://chat","Took":170000000000}]
	// 4m40s <nil>
	// g5: the lead time is 4m40s, P90 of the last 12 raises
}
