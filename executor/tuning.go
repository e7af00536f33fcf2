package executor

import "time"

// Tuning is the numbers by which a version of the rules decides.
type Tuning struct {
	// Overdue is how late, on the wall, an action may be before the next one of its
	// target takes its place. On the wall, because the clock of a replay runs far while
	// a lost worker is noticed.
	Overdue time.Duration
	// BusyRetry is how long after a target was busy it is asked again, FailureRetry how
	// long after a request failed for a reason that may pass, StopRetry how long after
	// changes were found to be stopped.
	BusyRetry, FailureRetry, StopRetry time.Duration
	// StopCheck is how often a stop is looked for while a target holds a timetable of its
	// own, which it carries out without being asked.
	StopCheck time.Duration
	// VerifyLeadTimes and VerifyExtra are how long units may need to serve before they
	// count as missing: so many lead times, and so much more.
	VerifyLeadTimes int
	VerifyExtra     time.Duration
	// RetryDoublings is how often the pause between retries of a cut, or under a ramp,
	// doubles.
	RetryDoublings int
	// FloorPause is the shortest time between two looks of the floor at the load, and
	// FloorFresh how long a measurement tells what the load is now.
	FloorPause, FloorFresh time.Duration
	// SlotLead is how much earlier than an action that adds units its slot in a target's
	// own timetable begins, because the target may be late; SlotRecent is how long after
	// a slot began the target may be found at its number; SlotRetry is how long after a
	// timetable could not be written it is tried again.
	SlotLead, SlotRecent, SlotRetry time.Duration
	// ExtendShare is the part of a plan, at its end, in which it may be extended.
	ExtendShare float64
	// EnvelopeLasts is how long an envelope counts, EnvelopeRenew how long after it was
	// made it is made anew, EnvelopeRetry how long after it could not be stored that is
	// tried again. HandBack is how long after the controller was switched off, or lost its
	// mode, nothing is asked for: it may not know yet.
	EnvelopeLasts, EnvelopeRenew, EnvelopeRetry, HandBack time.Duration
	// WallPause is the shortest pause on the wall: a fast replay is no busy loop.
	WallPause time.Duration
}

// Rules is a version of what decides: its numbers, and the functions that differ
// between versions.
type Rules struct {
	Tuning
	// Ramp limits how fast a decision may move from what is held, given the change that
	// the plan itself makes in one step.
	Ramp func(p PoolStatus, d *Decision, jump int)
}

// Versions are the rules by version. A change of a number or of a rule gets a new
// version; old ones stay as long as runs that began with them may live.
type Versions map[int]Rules

// Current are the versions of this build.
func Current() Versions {
	return Versions{1: {
		Tuning: Tuning{
			Overdue:   time.Minute,
			BusyRetry: time.Minute, FailureRetry: 5 * time.Minute, StopRetry: time.Minute, StopCheck: 5 * time.Minute,
			VerifyLeadTimes: 2, VerifyExtra: time.Minute,
			RetryDoublings: 2,
			FloorPause:     time.Minute, FloorFresh: time.Hour,
			SlotLead: 2 * time.Minute, SlotRecent: 10 * time.Minute, SlotRetry: 5 * time.Minute,
			ExtendShare:   0.25,
			EnvelopeLasts: 90 * time.Minute, EnvelopeRenew: time.Hour, EnvelopeRetry: time.Minute, HandBack: time.Minute,
			WallPause: time.Second,
		},
		Ramp: rampFromRequested,
	}}
}

// Latest is the highest version. They are numbered from 1 without a gap.
func (v Versions) Latest() int {
	latest := 0
	for _, ok := v[latest+1]; ok; _, ok = v[latest+1] {
		latest++
	}
	return latest
}
