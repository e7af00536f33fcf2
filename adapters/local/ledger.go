package local

import (
	"time"

	"headroom/capacity"
)

// A Change is one request that changed what a simulated target was asked for.
type Change struct {
	At     time.Time
	Action string
	From   capacity.Units
	To     capacity.Units
}

// ledger is a simulated target's memory, as its file holds it.
type ledger struct {
	Asked capacity.Units
	// Ready has one entry for each unit that was started: when it serves.
	Ready []time.Time
	Calls int
	Cuts  int
	Log   []Change
	// Requests is every request that was carried out, whether or not it changed
	// anything.
	Requests []Change
	Max      capacity.Units // that it may be asked for
	// Limits is every request that moved Max.
	Limits  []Change `json:",omitempty"`
	Entries []entry  `json:",omitempty"` // of its timetable, in order of time
}

// newLedger is the memory of a target nobody has scaled yet.
func newLedger(t traits) *ledger {
	return &ledger{Asked: t.units, Ready: make([]time.Time, t.units), Max: t.most}
}

func (s *ledger) state(now time.Time) capacity.State {
	serving := capacity.Units(0)
	for _, at := range s.Ready {
		if !at.After(now) {
			serving++
		}
	}
	return capacity.State{Units: s.Asked, Serving: serving}
}

// scale carries a out. An action it already carried out, or one that asks for
// what is asked for, changes nothing.
func (s *ledger) scale(a capacity.Action, now time.Time, t traits) {
	if a.Units == s.Asked {
		return
	}
	for _, c := range s.Log {
		if c.Action == a.ID {
			return
		}
	}
	s.Log = append(s.Log, Change{At: now, Action: a.ID, From: s.Asked, To: a.Units})
	keep := int(a.Units)
	if a.Units < s.Asked {
		s.Cuts++
		if nth(s.Cuts, t.drop) {
			keep = max(0, keep-1)
		}
	}
	s.Asked = a.Units
	if t.limit > 0 {
		keep = min(keep, int(t.limit))
	}
	// The youngest go first, so a cut cancels what is still starting.
	for len(s.Ready) > keep {
		s.Ready = s.Ready[:len(s.Ready)-1]
	}
	for len(s.Ready) < keep {
		s.Ready = append(s.Ready, now.Add(t.leadTime))
	}
}
