package workflows

import (
	"slices"
	"time"

	"headroom/capacity"
)

// A Sight is what a target was seen to run, and when.
type Sight struct {
	State capacity.State
	At    time.Time
}

// ExecuteStatus is what a conductor answers to a query: all that it knows, and
// where its plan stands.
type ExecuteStatus struct {
	ExecuteState
	Standing capacity.Standing
}

// status answers a query.
func (c *conductor) status(now time.Time) ExecuteStatus {
	return ExecuteStatus{ExecuteState: *c.state, Standing: c.standing(now)}
}

// standing is where the plan stands that is carried out.
func (c *conductor) standing(now time.Time) capacity.Standing {
	s := c.state
	out := capacity.Standing{
		Verdict: string(Executing), By: s.By, Why: s.Why, At: now,
		Overrides: slices.Clone(s.Overrides), Pause: halt(s.Pause), Aborted: halt(s.Aborted), Notes: slices.Clone(s.Notes),
	}
	if s.Ended != "" {
		out.Verdict = string(s.Ended)
	}
	for _, pool := range s.Policy.Pools {
		r := capacity.Running{Pool: pool.Name, Target: pool.Target, Next: c.pending(pool.Target)}
		if seen, ok := s.Seen[pool.Target]; ok {
			r.Known, r.Requested, r.Serving, r.Seen = true, seen.State.Units, seen.State.Serving, seen.At
		}
		switch h, asked := s.Held[pool.Target]; {
		case asked && h.Drifted != "":
			r.Trouble = h.Drifted
		case asked && !h.Known:
			r.Trouble = "the last request failed half-way: what the target was asked for is not known"
		case asked:
			r.Known, r.Requested = true, h.Units
		}
		out.Pools = append(out.Pools, r)
	}
	return out
}

// halt is an order that stops a conductor.
func halt(o *Order) *capacity.Halt {
	if o == nil {
		return nil
	}
	return &capacity.Halt{At: o.At, Until: o.Until, By: o.By, Why: o.Why}
}

// see remembers what a target was seen to run.
func (s *ExecuteState) see(target capacity.TargetName, state capacity.State, at time.Time) {
	if s.Seen == nil {
		s.Seen = map[capacity.TargetName]Sight{}
	}
	if at.Before(s.Seen[target].At) {
		return
	}
	s.Seen[target] = Sight{state, at}
}
