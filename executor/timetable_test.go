package executor_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/executor"
)

func TestTimetable(t *testing.T) {
	now := origin
	at := now.Add
	actions := []capacity.Action{
		{At: at(-time.Minute), From: 1, Units: 2},
		{At: at(time.Hour), From: 2, Units: 6},
		{At: at(2*time.Hour + time.Second), From: 6, Units: 4},
		{At: at(3 * time.Hour), From: 4, Units: 5},
	}
	over := func(units capacity.Units, least bool, from, until time.Duration) capacity.Override {
		return capacity.Override{ID: "o", Units: units, AtLeast: least, From: at(from), Until: at(until), By: "ann", Why: "tests"}
	}
	tests := map[string]struct {
		change func(s *executor.PoolStatus)
		until  time.Duration // as long the floor is fresh
		want   []string
	}{
		// Raises begin two minutes early, and every slot on a whole minute.
		"the plan": {func(*executor.PoolStatus) {}, 0, []string{"00:58 6", "02:01 4", "02:58 5"}},
		"in a freeze": {func(s *executor.PoolStatus) {
			s.Freeze = capacity.Freeze{Deny: capacity.DenyAll, Windows: []capacity.Window{{From: at(30 * time.Minute), To: at(150 * time.Minute)}}}
		}, 0, []string{"02:58 5"}},
		"paused":        {func(s *executor.PoolStatus) { s.Pause = &executor.Order{By: "bob"} }, 0, nil},
		"a short pause": {func(s *executor.PoolStatus) { s.Pause = &executor.Order{By: "bob", Until: at(90 * time.Minute)} }, 0, []string{"02:01 4", "02:58 5"}},
		"aborted":       {func(s *executor.PoolStatus) { s.Aborted = &executor.Order{By: "bob"} }, 0, nil},
		"drifted":       {func(s *executor.PoolStatus) { s.Target.Conflict = "it drifted" }, 0, nil},
		"at least":      {func(s *executor.PoolStatus) { s.Overrides = []capacity.Override{over(5, true, 0, 150*time.Minute)} }, 0, []string{"00:58 6", "02:01 5", "02:58 5"}},
		"exactly, later": {func(s *executor.PoolStatus) {
			s.Overrides = []capacity.Override{over(9, false, 90*time.Minute, 150*time.Minute)}
		}, 0, []string{"00:58 6", "02:01 9", "02:58 5"}},
		"a fresh floor": {func(s *executor.PoolStatus) { s.Floor, s.FloorWhy = 8, "the floor" }, 90 * time.Minute, []string{"00:58 8", "02:01 4", "02:58 5"}},
		"no ramp of its own": {func(s *executor.PoolStatus) {
			s.Pool.Ramp = capacity.Ramp{Up: capacity.Rate{Units: 1, Per: time.Hour}, Down: capacity.Rate{Units: 1, Per: time.Hour}}
		}, 0, []string{"00:58 6", "02:01 4", "02:58 5"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := executor.PoolStatus{Now: now, Only: true, Pool: capacity.Pool{Name: "a", Min: 1, Max: 10}, Target: &executor.Target{Requested: 2, Known: true, At: now}}
			test.change(&s)
			if diff := cmp.Diff(test.want, listed(executor.Current()[1].Timetable(s, actions, at(test.until)))); diff != "" {
				t.Errorf("slots (-want +got):\n%s", diff)
			}
		})
	}
}

func listed(slots []capacity.Slot) []string {
	var all []string
	for _, s := range slots {
		all = append(all, fmt.Sprintf("%s %d", s.At.Format("15:04"), s.Units))
	}
	return all
}
