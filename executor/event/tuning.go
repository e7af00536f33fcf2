package event

import (
	"fmt"
	"time"

	"headroom/capacity"
)

// A Tuning is the version of the rule by which an event is prepared, with the
// numbers that the rule uses. It is part of the state: a run takes the newest one
// when it starts or continues as new, and keeps it until then.
type Tuning struct {
	Version int
	// LeadTimes is how many lead times before the load climbs units are requested,
	// and Margin what is added to that.
	LeadTimes int
	Margin    time.Duration
	// Round is how often orders and units are checked while all units serve, and
	// ShortRound while they do not.
	Round, ShortRound time.Duration
	// Settle is how long after the last change of the serving units a shortage is
	// still checked every ShortRound; after that it is every Round.
	Settle time.Duration
	// Longest is the longest wait without a report. A new build of the workers
	// takes a run over within this time.
	Longest time.Duration
	// RestoreRound is how often a limit that cannot be restored yet is tried again,
	// and Patience for how long.
	RestoreRound, Patience time.Duration
}

// Newest is the tuning of this build.
func Newest() Tuning {
	return Tuning{
		Version: 1, LeadTimes: 2, Margin: time.Minute,
		Round: 10 * time.Minute, ShortRound: time.Minute, Settle: time.Hour, Longest: time.Hour,
		RestoreRound: 5 * time.Minute, Patience: 24 * time.Hour,
	}
}

// On is the tuning for a clock: an interval that would last less than a second on
// the wall is doubled until it does not, and Patience until it has leastRounds rounds.
func (t Tuning) On(c capacity.Clock) Tuning {
	for _, d := range []*time.Duration{&t.Round, &t.ShortRound, &t.Longest, &t.RestoreRound} {
		for c.Wall(*d) < time.Second {
			*d *= 2
		}
	}
	for t.Patience < leastRounds*t.RestoreRound {
		t.Patience *= 2
	}
	return t
}

// leastRounds is how often a limit is tried again at least before it is left raised.
const leastRounds = 20

// A rule is what a version of [Tuning] selects beside its numbers.
type rule struct {
	// begin is when units are requested.
	begin func(*State) time.Time
	// every is how often orders and units are checked at a time.
	every func(*State, time.Time) time.Duration
	// plan decides which limits are raised, given those of an earlier run.
	plan func(*State, []Raise)
	// recorded reports whether what is about to be raised is stored first.
	recorded func(*State) bool
	// open reports whether a raised limit has still to be restored.
	open func(Raise) bool
	// patient reports whether a limit that could not be restored is tried again.
	patient func(*State, time.Time) bool
}

// rules is the rules by version, from 1.
var rules = []rule{
	{begin: begin, every: every, plan: planRaises, recorded: func(*State) bool { return true }, open: open, patient: patient},
}

// New is the machine for a state. It returns an error if the state's tuning is of a
// version that this build does not know.
func New(s *State) (*Machine, error) {
	if v := s.Tuning.Version; v < 1 || v > len(rules) {
		return nil, fmt.Errorf("the event %q is prepared by rule %d, and this build knows rules 1 to %d: run a build that knows it", s.Event.Name, v, len(rules))
	}
	return &Machine{s: s, rule: rules[s.Tuning.Version-1]}, nil
}

// begin is so long before the load climbs that units serve then even if they take
// LeadTimes times as long as usual.
func begin(s *State) time.Time {
	lead := time.Duration(0)
	for _, pool := range s.Pools {
		lead = max(lead, pool.Lead)
	}
	return s.Event.From.Add(-s.Event.Ramp - time.Duration(s.Tuning.LeadTimes)*lead - s.Tuning.Margin)
}

func every(s *State, now time.Time) time.Duration {
	if s.Ready.IsZero() && now.Sub(s.Changed) < s.Tuning.Settle {
		return s.Tuning.ShortRound
	}
	return s.Tuning.Round
}

func open(r Raise) bool { return r.Outcome == "" }

// patient counts from the end of the event, or of a stop of changes or a pause: until
// that is over, nothing can be restored.
func patient(s *State, now time.Time) bool {
	since := s.Ending
	if s.Stopped.After(since) {
		since = s.Stopped
	}
	return now.Sub(since) <= s.Tuning.Patience
}
