package status

import (
	"fmt"
	"io"

	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/workflows"
)

// printPlans writes the plans that count: what each of them does now and next, and
// how the one that waits is decided on.
func (s status) printPlans(w io.Writer) {
	switch p := s.CarriedOut; {
	case p != nil && p.Standing.Aborted != nil:
		fmt.Fprintf(w, "carried out\tplan %s%s, until it was aborted: the run ends once what is under way is settled\n", p.ID, decidedBy(p.Standing))
	case p != nil && p.Standing.Verdict != string(workflows.Executing):
		fmt.Fprintf(w, "carried out\tplan %s%s, ended on %s (%s): the most units of its last day are held until a newer plan comes\n", p.ID, decidedBy(p.Standing), p.End.In(s.zone).Format(command.Moment), p.Standing.Verdict)
	case p != nil:
		fmt.Fprintf(w, "carried out\tplan %s%s, until %s\n", p.ID, decidedBy(p.Standing), p.End.In(s.zone).Format(command.Moment))
	case s.Ended != nil && s.Last != nil:
		fmt.Fprintf(w, "carried out\tnone: %s; nothing more is requested, and the targets stay as they are: `headroom plan %s` makes a new plan\n", command.Escaped(s.Ended.Text(s.Service, s.zone)), s.Service)
	case s.Last == nil && s.Waiting == nil:
		fmt.Fprintf(w, "carried out\tnone: run `headroom plan %s`\n", s.Service)
	default:
		fmt.Fprintf(w, "carried out\tnone\n")
	}
	if p := s.carried(); p != nil {
		for _, r := range p.Standing.Pools {
			fmt.Fprintf(w, "  %s\t%s\n", r.Pool, s.describeRunning(r))
		}
	}
	if p := s.Waiting; p != nil {
		until := ""
		if !p.Standing.Expires.IsZero() {
			until = ", until " + p.Standing.Expires.In(s.zone).Format(command.Moment)
		}
		fmt.Fprintf(w, "awaiting approval\tplan %s%s: %s\n", p.ID, until, command.Escaped(command.InZone(p.Standing.Why, s.zone)))
		fmt.Fprintf(w, "  approve it\theadroom approve %s %s\n", s.Service, p.ID)
		fmt.Fprintf(w, "  reject it\theadroom reject %s %s --why \"…\"\n", s.Service, p.ID)
	}
	if p := s.Last; p != nil {
		is := p.Standing.Verdict
		if is == "" {
			is = "not carried out"
		}
		why := ""
		if p.Standing.Why != "" {
			why = ": " + command.Escaped(command.InZone(p.Standing.Why, s.zone))
		}
		fmt.Fprintf(w, "last plan\t%s, %s%s, made for %s%s\n", p.ID, is, decidedBy(p.Standing), p.Made.In(s.zone).Format(command.Moment), why)
	}
}

// decidedBy names who decided on a plan.
func decidedBy(s capacity.Standing) string {
	if s.By == "" {
		return ""
	}
	return ", decided by " + command.Escaped(s.By)
}

// describeRunning is what a pool runs and its next change, in a line.
func (s status) describeRunning(r capacity.Running) string {
	text := "serving and requested units are not known"
	switch {
	case r.Known && !r.Seen.IsZero():
		text = fmt.Sprintf("%d serving, %d requested, as of %s", r.Serving, r.Requested, r.Seen.In(s.zone).Format(command.Moment))
	case r.Known:
		text = capacity.Count(r.Requested, "unit") + " requested"
	}
	if r.Trouble != "" {
		text += "; " + command.Escaped(command.InZone(r.Trouble, s.zone))
	}
	now := s.plans.Now()
	if state, _, _ := s.plans.Held(now); state != "" && s.CarriedOut != nil {
		text += "; " + state
	}
	if n, ok := s.plans.Next(r, now); ok {
		return text + "; next " + n.In(s.zone)
	}
	return text + "; no further change"
}
