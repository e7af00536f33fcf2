package executor

import (
	"fmt"
	"slices"
	"time"

	"headroom/capacity"
)

// Status is what a run answers to a query: all that it remembers, and where its plan
// stands.
type Status struct {
	State
	Standing capacity.Standing
}

// Status is where the machine stands at a time on its clock.
func (m *Machine) Status(now time.Time) Status { return Status{m.s, m.Standing(now)} }

// The verdicts of a plan that was handed over and not aborted.
const (
	executing = "executing"
	executed  = "executed"
)

// Standing is where the plan stands that is carried out.
func (m *Machine) Standing(now time.Time) capacity.Standing {
	s := &m.s
	out := capacity.Standing{
		Verdict: executing, By: s.By, Why: s.Why, At: now,
		Overrides: slices.Clone(s.Overrides), Pause: halt(s.Pause), Aborted: halt(s.Aborted), Notes: s.AllNotes(),
	}
	if s.Ended != "" {
		out.Verdict = s.Ended
	}
	for _, pool := range s.Policy.Pools {
		r := capacity.Running{Pool: pool.Name, Target: pool.Target, Next: m.pending(pool.Target)}
		if seen, ok := s.Seen[pool.Target]; ok {
			r.Known, r.Requested, r.Serving, r.Seen = true, seen.State.Units, seen.State.Serving, seen.At
		}
		switch t, asked := s.Targets[pool.Target]; {
		case s.Stopped != "":
			r.Trouble = s.Stopped
		case asked && t.Stopped != "":
			r.Trouble = t.Stopped
		case asked && t.Conflict != "":
			r.Trouble = t.Conflict
		case asked && !t.Known && !t.At.IsZero():
			r.Trouble = "the last request failed half-way: what the target was asked for is not known"
		case asked && t.Known:
			r.Known, r.Requested = true, t.Requested
		}
		out.Pools = append(out.Pools, r)
	}
	return out
}

// halt is an order that stops a plan.
func halt(o *Order) *capacity.Halt {
	if o == nil {
		return nil
	}
	return &capacity.Halt{At: o.At, Until: o.Until, By: o.By, Why: o.Why}
}

// describe says what is carried out, and what keeps it from being carried out.
func (m *Machine) describe() {
	s, stage := &m.s, "executing"
	actions := 0
	for _, pool := range s.Policy.Pools {
		actions += len(m.actions[pool.Target])
	}
	text := fmt.Sprintf("Carrying out plan `%s`: %s, until %s.", s.Plan.ID, capacity.Count(actions, "action"), s.Plan.End.Format(time.RFC3339))
	switch {
	case s.Aborted != nil:
		stage, text = "aborting", fmt.Sprintf("**Aborted** by %s at %s: %s", s.Aborted.By, s.Aborted.At.Format(time.RFC3339), s.Aborted.Why)
	case s.Plan.ID == "":
		stage, text = "waiting", "Waits for a plan."
	case s.Ended != "":
		stage, text = "extended", fmt.Sprintf("Plan `%s` has ended: %s.", s.Plan.ID, s.Ended)
	}
	if s.Aborted == nil && s.Policy.Control.Mode == capacity.Propose && s.Plan.ID != "" {
		stage, text = "held", "**Held**: control.mode is propose, nothing is carried out.\n\n"+text
	}
	if s.Aborted == nil && s.Stopped != "" {
		stage, text = "stopped", fmt.Sprintf("**Stopped**: %s\n\n%s", s.Stopped, text)
	}
	if s.Aborted == nil && s.Pause != nil {
		stage, text = "paused", fmt.Sprintf("**Paused** by %s at %s: %s\n\n%s", s.Pause.By, s.Pause.At.Format(time.RFC3339), s.Pause.Why, text)
	}
	if s.Live.Decides {
		text += "\n\n**Live**: the controller decides from minute to minute, within what the plan and orders allow."
	}
	for _, o := range s.Overrides {
		text = fmt.Sprintf("%s\n\n**Override** `%s`, %s to %s: %s, by %s: %s", text, o.ID, o.From.Format(time.RFC3339), o.Until.Format(time.RFC3339), capacity.Count(o.Units, "unit"), o.By, o.Why)
	}
	m.emit(Describe{stage, text + s.troubles()})
}

// troubles is what an operator should know, in Markdown.
func (s *State) troubles() string {
	text := ""
	for _, pool := range s.Policy.Pools {
		switch t := s.Targets[pool.Target]; {
		case t.Stopped != "":
			text = fmt.Sprintf("%s\n\n**Stopped**, `%s`: %s. It is tried again every minute.", text, pool.Target, t.Stopped)
		case t.Conflict != "":
			text = fmt.Sprintf("%s\n\n**Conflict**, `%s`: %s. Nothing more is requested of it until a newer plan or an override.", text, pool.Target, t.Conflict)
		}
	}
	for _, note := range s.AllNotes() {
		text += "\n\n- " + note
	}
	return text
}

// AllNotes is what an operator should know: what is so now, and then Notes.
func (s *State) AllNotes() []string {
	var all []string
	for _, l := range s.Left {
		all = append(all, fmt.Sprintf("%s: %s", l.At.Format(time.RFC3339), l.text()))
	}
	if s.Plan.ID != "" && s.Extended == s.Plan.ID {
		all = append(all, s.extension())
	}
	if s.BadPlan != "" {
		all = append(all, s.BadPlan)
	}
	return append(all, s.Notes...)
}

// text says that a target was left.
func (l LeftTarget) text() string {
	size := "an unknown size"
	if l.Known {
		size = capacity.Count(l.Units, "unit")
	}
	return fmt.Sprintf("%s is no longer in the policy and is left at %s: nothing more is requested of it, and it is paid for until somebody lowers it.", l.Target, size)
}

// ended is how a plan ended, and a summary of it in Markdown.
func (m *Machine) ended() (verdict, text string) {
	s := &m.s
	verdict, title := executed, "Executed"
	switch {
	case s.Aborted != nil:
		verdict, title = "aborted", "Aborted"
	case s.Counts[capacity.Failed]+s.Counts[capacity.Short]+s.Counts[capacity.Compensated] > 0:
		verdict = "executed with failures"
	}
	text = fmt.Sprintf("**%s** plan `%s`.\n", title, s.Plan.ID)
	for _, v := range capacity.Verdicts() {
		if n := s.Counts[v]; n > 0 {
			text = fmt.Sprintf("%s\n- %s %s", text, capacity.Count(n, "action"), v)
		}
	}
	if s.Aborted != nil {
		text = fmt.Sprintf("%s\n\n%s: %s", text, s.Aborted.By, s.Aborted.Why)
	}
	return verdict, text + s.troubles()
}
