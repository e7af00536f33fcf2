package e2e_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"headroom/adapters/aws"
	"headroom/adapters/local"
	"headroom/audit"
	"headroom/capacity"
	"headroom/internal/devstack"
	"headroom/workflows"
)

// TestLate: an exporter stops, and later the load is gone. Plans are made from the
// late history as long as there is one, each until its horizon from then on; after
// that the conductor goes on, and keeps what the last plan needed at most.
func TestLate(t *testing.T) {
	needServers(t)
	w := &week{site: newSite(t)}
	w.startWorker(t, devstack.Bucket)
	w.small("sim://chat?leadTime=8m&units=60", 12*time.Hour)
	start := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	const days = 14
	stopped := start.Add(days * 24 * time.Hour)
	if err := w.s3.Upload(t.Context(), devstack.HistoryBucket, "late/load.csv.gz", load(3, start, 5*time.Minute, days*288)); err != nil {
		t.Fatal(err)
	}
	p := &w.policy
	p.Demand = capacity.Demand{Source: "s3://" + devstack.HistoryBucket + "/late/", Time: "timestamp", Value: "requests", Aggregate: capacity.Sum, Step: 10 * time.Minute, Timezone: "UTC", Window: days * 24 * time.Hour}
	p.Control = capacity.Control{Mode: capacity.Auto}
	plan := func(late time.Duration) (result workflows.PlanResult, err error) {
		in := workflows.PlanInput{Service: w.forced(t, *p), Clock: capacity.Replay(stopped.Add(late), weekly)}
		err = w.start(t, workflows.PlanID(p.Service), workflows.Plan, in).Get(t.Context(), &result)
		return result, err
	}
	var last capacity.Plan
	for _, late := range []time.Duration{0, 3 * time.Hour, 9 * time.Hour, 20 * time.Hour} {
		result, err := plan(late)
		if err != nil {
			t.Fatalf("%s after the end of the history: %v", late, err)
		}
		last = w.stored(t, result)
		if reach := last.End().Sub(stopped.Add(late)); reach < 11*time.Hour+50*time.Minute {
			t.Errorf("%s after the end of the history the plan reaches %s ahead, want 12 h", late, reach)
		}
		if said := strings.Contains(strings.Join(last.Notes, "\n"), "LATE HISTORY"); said != (late > 0) {
			t.Errorf("%s after the end of the history the notes are %q", late, last.Notes)
		}
	}
	if _, err := plan(40 * 24 * time.Hour); err == nil || !strings.Contains(err.Error(), "nothing was measured") {
		t.Errorf("with no load in the window: got %v, want it refused", err)
	}
	w.over(t, p.Service)
	d, err := w.temporal.DescribeWorkflow(t.Context(), workflows.ExecuteID(p.Service), "")
	if err != nil || d.WorkflowCloseTime != nil {
		t.Errorf("the conductor has ended (%v)", err)
	}
	target, err := local.Fleet{Dir: w.fleet}.Target("sim://chat")
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "what the last plan needed at most is kept", func() bool {
		state, err := target.State(context.WithoutCancel(t.Context()))
		return err == nil && state.Units == keeps(last)
	})
	found := map[audit.Kind]int{}
	for r, err := range audit.Read(t.Context(), aws.Store{Client: w.s3, Bucket: devstack.Bucket}, p.Service) {
		if err != nil {
			t.Fatal(err)
		}
		found[r.Kind]++
	}
	if found[audit.Late] != 3 || found[audit.Failed] != 1 || found[audit.Extended] < 1 {
		t.Errorf("the audit has %v, want 3 late, 1 failed and the last plan extended", found)
	}
}
