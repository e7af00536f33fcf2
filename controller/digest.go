package controller

import (
	"time"

	"headroom/capacity"
)

// A Digest is the account of the decisions of an hour of the clock, for the audit. In
// mode shadow it compares what was decided with what ran.
type Digest struct {
	Service string
	Hour    time.Time // its beginning
	Mode    Mode      // of the last decision
	Number  int64     // of the last envelope
	Plan    string    `json:",omitempty"` // of the last envelope

	Decisions int
	// Decisions by source.
	Forecaster, Floor, Planned, Held, Stale int

	Raised, Lowered, Reversals int
	Capped                     int            // decisions that a limit made another number
	Lowest, Highest            capacity.Units // numbers decided
	UnitMinutes                float64        // of the numbers decided
	RanMinutes                 float64        // unit-minutes that served
	Judged                     float64        // minutes whose load is known
	Short                      float64        // of these, in which capacity was missing
}

// unseen is the longest time between two decisions that counts as decided.
const unseen = 5 * time.Minute

// turnHour is the account of the hour before if a new one has begun.
func (d *Decider) turnHour(s Situation) *Digest {
	hour := s.Now.UTC().Truncate(time.Hour)
	if d.Started && hour.Equal(d.Digest.Hour) {
		return nil
	}
	closed := d.Digest
	d.Digest = Digest{Service: s.Envelope.Service, Hour: hour}
	if !d.Started {
		return nil
	}
	return &closed
}

// account counts a decision.
func (d *Decider) account(s Situation, n Decision, turned bool) {
	g, e := &d.Digest, s.Envelope
	if d.Started {
		minutes := min(s.Now.Sub(d.Last), unseen).Minutes()
		g.UnitMinutes += minutes * float64(n.From)
		g.RanMinutes += minutes * float64(s.Target.Serving)
	}
	if g.Decisions == 0 || n.Units < g.Lowest {
		g.Lowest = n.Units
	}
	g.Highest = max(g.Highest, n.Units)
	g.Mode, g.Number, g.Plan = e.Mode, e.Number, e.Plan.ID
	g.Decisions++
	switch n.Source {
	case Forecaster:
		g.Forecaster++
	case Floor:
		g.Floor++
	case Planned:
		g.Planned++
	case Held:
		g.Held++
	case Stale:
		g.Stale++
	}
	if n.Capped != "" {
		g.Capped++
	}
	if turned {
		g.Reversals++
	}
	switch {
	case n.Units > n.From:
		g.Raised++
	case n.Units < n.From:
		g.Lowered++
	}
}
