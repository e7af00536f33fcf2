package cli

import (
	"fmt"
	"io"
	"time"

	"headroom/capacity"
	"headroom/workflows"
)

// moment writes a time with its day and zone.
const moment = "Mon 2 Jan 15:04 MST"

// printPlans writes the plans that count: what each of them does now and next, and
// how the one that waits is decided on.
func (s status) printPlans(w io.Writer) {
	switch p := s.CarriedOut; {
	case p != nil && p.Standing.Verdict != string(workflows.Executing):
		fmt.Fprintf(w, "carried out\tplan %s%s, ended on %s (%s): the most units of its last day are held until a newer plan comes\n", p.ID, decidedBy(p.Standing), p.End.In(s.zone).Format(moment), p.Standing.Verdict)
	case p != nil:
		fmt.Fprintf(w, "carried out\tplan %s%s, until %s\n", p.ID, decidedBy(p.Standing), p.End.In(s.zone).Format(moment))
	case s.Last == nil && s.Waiting == nil:
		fmt.Fprintf(w, "carried out\tnone: run `headroom plan %s`\n", s.Service)
	default:
		fmt.Fprintf(w, "carried out\tnone\n")
	}
	if p := s.carried(); p != nil {
		for _, r := range p.Standing.Pools {
			fmt.Fprintf(w, "  %s\t%s\n", r.Pool, describeRunning(r, s.zone))
		}
	}
	if p := s.Waiting; p != nil {
		until := ""
		if !p.Standing.Expires.IsZero() {
			until = ", until " + p.Standing.Expires.In(s.zone).Format(moment)
		}
		fmt.Fprintf(w, "awaiting approval\tplan %s%s: %s\n", p.ID, until, escaped(p.Standing.Why))
		fmt.Fprintf(w, "  approve it\theadroom approve %s %s\n", s.Service, p.ID)
		fmt.Fprintf(w, "  reject it\theadroom reject %s %s --why \"…\"\n", s.Service, p.ID)
	}
	if p := s.Last; p != nil {
		is := p.Standing.Verdict
		if is == "" {
			is = "not carried out"
		}
		fmt.Fprintf(w, "last plan\t%s, %s%s, made for %s\n", p.ID, is, decidedBy(p.Standing), p.Made.In(s.zone).Format(moment))
	}
}

// decidedBy names who decided on a plan.
func decidedBy(s capacity.Standing) string {
	if s.By == "" {
		return ""
	}
	return ", decided by " + escaped(s.By)
}

// describeRunning is what a pool runs and its next change, in a line.
func describeRunning(r capacity.Running, zone *time.Location) string {
	text := "serving and requested units are not known"
	switch {
	case r.Known && !r.Seen.IsZero():
		text = fmt.Sprintf("%d serving, %d requested, as of %s", r.Serving, r.Requested, r.Seen.In(zone).Format(moment))
	case r.Known:
		text = capacity.Count(r.Requested, "unit") + " requested"
	}
	if r.Trouble != "" {
		text += "; " + escaped(r.Trouble)
	}
	if r.Next == nil {
		return text + "; no further change"
	}
	return text + "; next " + describeNext(*r.Next, zone)
}

// describeNext is a change with its day and time.
func describeNext(a capacity.Action, zone *time.Location) string {
	return fmt.Sprintf("%d → %d on %s", a.From, a.Units, a.At.In(zone).Format(moment))
}
