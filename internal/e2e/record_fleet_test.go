package e2e_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"headroom/activities/fleet"
	"headroom/activities/lookback"
	"headroom/adapters/aws"
	"headroom/capacity"
	"headroom/internal/devstack"
	"headroom/workflows"
)

// TestHistories_ReplayFleet is TestHistories_Replay for what is done for many
// services, and without being asked.
func TestHistories_ReplayFleet(t *testing.T) {
	needServers(t)
	folder := t.TempDir()
	if os.Getenv("RECORD") == "1" {
		folder = filepath.Join("..", "..", "testdata", "replay")
	}
	s := newSite(t)
	s.startWorker(t, devstack.Bucket)
	s.small("sim://chat?leadTime=8m&units=60", 4*time.Hour)
	clock := capacity.Replay(s.origin, speed)

	s.policy.Pools[0].Quota = "g5"
	data, err := json.Marshal(s.members(t, []capacity.Policy{s.policy}))
	if err != nil {
		t.Fatal(err)
	}
	list, err := aws.Store{Client: s.s3, Bucket: devstack.Bucket}.Put(t.Context(), "fleets/recorded.json", data)
	if err != nil {
		t.Fatal(err)
	}
	run := s.start(t, workflows.FleetID(fleet.Plan), workflows.Fleet, workflows.FleetState{
		Kind: fleet.Plan, List: list, Clock: capacity.Replay(s.origin.Add(-24*time.Hour), speed), Quotas: []fleet.Quota{{Name: "g5", Units: 300}},
	})
	var planned fleet.SummariseResult
	if err := run.Get(t.Context(), &planned); err != nil {
		t.Fatal(err)
	}
	if planned.Verdicts["handed over"] != 1 || len(planned.Shared.Quotas) != 1 {
		t.Errorf("got %+v, want the plan handed over within its share", planned)
	}
	s.keep(t, folder, "fleet-plan", run)
	var summary fleet.Summary
	s.read(t, devstack.Bucket, planned.Summary.Key, &summary)
	eventually(t, "an action is recorded", func() bool { return len(s.outcomes(t, summary.Services[0].Plan)) > 0 })
	s.lookBack(t, folder)

	due := s.start(t, "due/chat/watch", workflows.Due, workflows.DueInput{Service: s.forced(t, s.policy), Task: workflows.WatchTask, Clock: clock})
	var done workflows.DueResult
	if err := due.Get(t.Context(), &done); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(done.Why, "has ended") || done.Planned == "" {
		t.Errorf("got %+v, want it planned because yesterday's plan has ended", done)
	}
	s.keep(t, folder, "due-watch", due)

	retire := s.start(t, workflows.RetireID(s.policy.Service), workflows.Retire, workflows.RetireInput{Caller: workflows.Caller{By: "ann"}, Service: s.policy.Service, Why: "its policy was removed"})
	var left workflows.RetireResult
	if err := retire.Get(t.Context(), &left); err != nil {
		t.Fatal(err)
	}
	if len(left.Left) != 1 || !strings.Contains(left.Left[0], "is left at") {
		t.Errorf("got %+v, want a running conductor ended and its target left at a size", left)
	}
	s.keep(t, folder, "retire", retire)
}

// lookBack looks back at what the fleet's plan did, without being asked and when
// it is.
func (s *site) lookBack(t *testing.T, folder string) {
	t.Helper()
	window := capacity.Window{From: s.origin.Add(-24 * time.Hour), To: s.origin.Add(-20 * time.Hour)}
	back := s.start(t, workflows.RegretID(s.policy.Service), workflows.Regret, workflows.RegretInput{Service: s.forced(t, s.policy), Window: window})
	var compared lookback.RegretResult
	if err := back.Get(t.Context(), &compared); err != nil {
		t.Fatal(err)
	}
	if m := compared.Tally.Minutes; m == 0 || m > 240 {
		t.Errorf("got %v minutes compared, want some of the four hours of the plan", m)
	}
	s.keep(t, folder, "regret", back)

	due := s.start(t, "due/chat/regret", workflows.Due, workflows.DueInput{Service: s.forced(t, s.policy), Task: workflows.RegretTask, Clock: capacity.Replay(s.origin.Add(7*24*time.Hour), speed)})
	var done workflows.DueResult
	if err := due.Get(t.Context(), &done); err != nil {
		t.Fatal(err)
	}
	if done.Compared != "regret/chat/2025-W15.json" {
		t.Errorf("got %+v, want the week of the plan compared", done)
	}
	s.keep(t, folder, "due-regret", due)
}
