package executor_test

import (
	"strings"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/executor"
)

// The plan stands at 6 of at most 10 units, and asks for 8 an hour after now.
var origin = time.Date(2026, 3, 8, 0, 0, 0, 0, time.UTC)

func TestDecide(t *testing.T) {
	now := origin
	at := now.Add
	during := func(units capacity.Units, least bool) capacity.Override {
		return capacity.Override{ID: "o", Pool: "a", Units: units, AtLeast: least, From: at(-time.Hour), Until: at(30 * time.Minute), By: "ann", Why: "tests"}
	}
	order := func(until time.Time) *executor.Order {
		return &executor.Order{By: "bob", Why: "repairs", Until: until}
	}
	freeze := capacity.Freeze{Deny: capacity.DenyAll, Windows: []capacity.Window{{From: at(-time.Minute), To: at(20 * time.Minute)}}}
	const ask, leave = true, false
	tests := map[string]struct {
		change func(s *standing)
		ask    bool
		units  capacity.Units
		again  time.Duration // zero: never
		why    string
	}{
		"the plan":                {func(*standing) {}, ask, 6, time.Hour, "the number that the plan stands at"},
		"a due action":            {func(s *standing) { s.Next.At = now }, ask, 8, 0, "peak"},
		"nothing known":           {func(s *standing) { s.Next, s.Target = nil, nil }, leave, 0, 0, ""},
		"exactly":                 {func(s *standing) { s.say(during(3, false)) }, ask, 3, 30 * time.Minute, "ann ordered exactly 3"},
		"exactly beyond max":      {func(s *standing) { s.say(during(30, false)) }, ask, 30, 30 * time.Minute, "exactly 30"},
		"the last exactly":        {func(s *standing) { s.say(during(3, false), during(4, false)) }, ask, 4, 30 * time.Minute, "exactly 4"},
		"at least":                {func(s *standing) { s.say(during(9, true)) }, ask, 9, 30 * time.Minute, "at least 9"},
		"at least, plan higher":   {func(s *standing) { s.say(during(5, true)) }, ask, 6, 30 * time.Minute, "the number that the plan stands at"},
		"exactly over at least":   {func(s *standing) { s.say(during(9, true), during(3, false)) }, ask, 3, 30 * time.Minute, "exactly 3"},
		"of another pool":         {func(s *standing) { o := during(3, false); o.Pool = "b"; s.say(o) }, ask, 6, time.Hour, "the number that the plan stands at"},
		"of the only pool":        {func(s *standing) { o := during(3, false); o.Pool = ""; s.say(o) }, ask, 3, 30 * time.Minute, "exactly 3"},
		"not yet":                 {func(s *standing) { o := during(3, false); o.From = at(time.Minute); s.say(o) }, ask, 6, time.Minute, "the number that the plan stands at"},
		"the floor":               {func(s *standing) { s.Floor, s.FloorWhy = 7, "the floor asks for 7" }, ask, 7, time.Hour, "the floor asks for 7"},
		"the floor within max":    {func(s *standing) { s.Floor, s.FloorWhy = 70, "the floor asks" }, ask, 10, time.Hour, "the floor"},
		"the floor below":         {func(s *standing) { s.Floor = 5 }, ask, 6, time.Hour, "the number that the plan stands at"},
		"the floor, nothing else": {func(s *standing) { s.Next, s.Target, s.Floor, s.FloorWhy = nil, nil, 30, "the floor asks" }, ask, 10, 0, "the floor"},
		"in place of another":     {func(s *standing) { s.Extra = 2 }, ask, 8, time.Hour, "2 in place of another"},
		"drifted":                 {func(s *standing) { s.Target.Conflict = "it drifted"; s.say(during(3, false)) }, leave, 0, 30 * time.Minute, "it drifted"},
		"pause over override":     {func(s *standing) { s.Pause = order(at(10 * time.Minute)); s.say(during(3, false)) }, leave, 0, 10 * time.Minute, "paused by bob"},
		"a pause without end":     {func(s *standing) { s.Pause = order(time.Time{}) }, leave, 0, time.Hour, "paused by bob"},
		"a pause that is over":    {func(s *standing) { s.Pause = order(now) }, ask, 6, time.Hour, "the number that the plan stands at"},
		"freeze over pause":       {func(s *standing) { s.Freeze, s.Pause = freeze, order(time.Time{}) }, leave, 0, 20 * time.Minute, "freezes it until"},
		"abort over all":          {func(s *standing) { s.Aborted, s.Freeze = order(time.Time{}), freeze; s.say(during(3, false)) }, leave, 0, 0, "aborted by bob"},
		"the ramp up":             {func(s *standing) { s.ramp(2, 5*time.Minute); s.Target.Requested = 1 }, ask, 3, 5 * time.Minute, "on the way to 6"},
		"the ramp down":           {func(s *standing) { s.ramp(2, 5*time.Minute); s.Target.Requested = 10 }, ask, 8, 5 * time.Minute, "on the way to 6"},
		"the ramp, too soon":      {func(s *standing) { s.ramp(2, 2*time.Hour); s.Target.Requested = 1 }, leave, 6, time.Hour, "on the way to 6"},
		"a jump of the plan":      {func(s *standing) { s.ramp(1, 5*time.Minute); s.Next.At = now }, ask, 8, 0, "peak"},
		"the ramp, one of two":    {func(s *standing) { s.ramp(1, 5*time.Minute); s.maybe(2, 3) }, ask, 3, 5 * time.Minute, "on the way to 6"},
		"down, one of two":        {func(s *standing) { s.ramp(1, 5*time.Minute); s.maybe(9, 10) }, ask, 9, 5 * time.Minute, "on the way to 6"},
		"the ramp, any number":    {func(s *standing) { s.ramp(1, 5*time.Minute); s.maybe() }, ask, 6, time.Hour, "the number that the plan stands at"},
		"failed under a ramp":     {func(s *standing) { s.ramp(2, 5*time.Minute); s.failed(10, 8, time.Time{}) }, ask, 8, time.Hour, "on the way to 6"},
		"repeated under a ramp":   {func(s *standing) { s.ramp(2, 5*time.Minute); s.failed(10, 8, at(7*time.Minute)) }, ask, 8, 7 * time.Minute, "on the way to 6"},
		"no ramp for a person":    {func(s *standing) { s.ramp(1, 5*time.Minute); s.say(during(9, false)) }, ask, 9, 30 * time.Minute, "exactly 9"},
		"at least, nothing else":  {func(s *standing) { s.Next, s.Target = nil, nil; s.say(during(3, true)) }, ask, 3, 30 * time.Minute, "at least 3"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			planned := capacity.Units(6)
			s := &standing{executor.PoolStatus{
				Now: now, Only: true, Pool: capacity.Pool{Name: "a", Min: 1, Max: 10},
				Next:   &capacity.Action{At: at(time.Hour), From: 6, Units: 8, Why: "peak"},
				Target: &executor.Target{Requested: 6, Known: true, At: at(-time.Hour), Planned: &planned},
			}}
			test.change(s)
			got := executor.Current()[1].Decide(s.PoolStatus)
			if got.Ask != test.ask || got.Units != test.units && got.Ask || !strings.Contains(got.Why, test.why) {
				t.Errorf("got %+v, want ask %t, %d units and %q", got, test.ask, test.units, test.why)
			}
			if want := at(test.again); test.again == 0 && !got.Again.IsZero() || test.again > 0 && !got.Again.Equal(want) {
				t.Errorf("got to look again at %v, want %v from %v", got.Again, test.again, now)
			}
		})
	}
}

// standing is a PoolStatus that is easily changed.
type standing struct{ executor.PoolStatus }

func (s *standing) say(all ...capacity.Override) { s.Overrides = all }

func (s *standing) ramp(units capacity.Units, per time.Duration) {
	rate := capacity.Rate{Units: units, Per: per}
	s.Pool.Ramp = capacity.Ramp{Up: rate, Down: rate}
}

// maybe lets the target hold one of several numbers.
func (s *standing) maybe(units ...capacity.Units) { s.Target.Known, s.Target.Possible = false, units }

// failed lets the target hold a number because another was not reached, which is
// repeated at a time.
func (s *standing) failed(holds, wanted capacity.Units, again time.Time) {
	s.Target.Requested, s.Target.Wanted, s.Target.RetryAt = holds, &wanted, again
}
