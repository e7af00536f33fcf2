package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"headroom/capacity"
	"headroom/simulate"
)

// simulateColumns are the columns of the table, beside the policy's name.
var simulateColumns = []string{"cost", "excess", "missing", "share", "a day", "back", "step", "knob", "promise"}

// cells is one line of the table; a policy that cannot keep the share has the
// reason instead.
func (c contender) cells(share float64) (cells []string, why string) {
	if c.Chosen == nil || c.Cost == nil {
		return nil, fmt.Sprintf("no knob keeps %s; the safest has capacity missing in %s", percentage(share), percentage(c.Curve[0].Share))
	}
	excess := "-"
	if c.Excess != nil {
		excess = c.bound() + capacity.Trim(100**c.Excess, 1) + "%"
	}
	s := c.Chosen
	return []string{
		c.bound() + capacity.Figure(*c.Cost), excess, capacity.Figure(s.Violation) + " min", percentage(s.Share), capacity.Figure(s.PerDay),
		fmt.Sprint(s.Reversals), fmt.Sprint(s.MaxStep), capacity.Figure(s.Setting), c.Promise.text(c.Foresight),
	}, ""
}

// text says what became of the promise.
func (p *promise) text(foresight bool) string {
	switch {
	case foresight:
		return "-"
	case p == nil:
		return "no knob in training"
	case p.Kept:
		return percentage(p.Delivered) + " kept"
	}
	return percentage(p.Delivered) + " broken"
}

// bound marks what is only an upper bound: with every knob tried the policy is
// safer than asked, and another knob may be cheaper.
func (c contender) bound() string {
	if c.Reach == simulate.Looser {
		return "≤"
	}
	return ""
}

// name is the policy's, marked if it knows the load to come.
func (c contender) name() string {
	if c.Foresight {
		return c.Policy + " *"
	}
	return c.Policy
}

// print writes the table and what it depends on.
func (s simulated) print(w io.Writer) error {
	fmt.Fprintf(w, "%s\n%s\n\n", s.subject(), s.level())
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "policy\t"+strings.Join(simulateColumns, "\t"))
	var without []string
	for _, c := range s.Policies {
		cells, why := c.cells(s.Share)
		if why != "" {
			without = append(without, c.name()+": "+why)
			continue
		}
		fmt.Fprintln(t, c.name()+"\t"+strings.Join(cells, "\t"))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "* knows the load to come: a bound, and no choice\n\n%s\n", s.verdict())
	for _, text := range slices.Concat(without, s.Notes) {
		fmt.Fprintf(w, "note: %s\n", text)
	}
	return nil
}

const simulateStamp = "Mon 2 Jan 15:04"

// subject says what was simulated.
func (s simulated) subject() string {
	zone := zoneOf(s.Timezone)
	text := fmt.Sprintf("%s: %s, %s to %s (%s) in steps of %s", s.Service, s.Trace, s.From.In(zone).Format(simulateStamp), s.To.In(zone).Format(simulateStamp), zone, capacity.Brief(s.Step))
	if s.Step == s.Tick {
		return text
	}
	process := "a Poisson process"
	if s.Burstiness > 1 {
		process = "burstiness " + capacity.Trim(s.Burstiness, 2)
	}
	return text + fmt.Sprintf(", arrivals in ticks of %s from %s (seed %d)", capacity.Brief(s.Tick), process, s.Seed)
}

// level says at what the policies are compared, and on what.
func (s simulated) level() string {
	return fmt.Sprintf("from %s on, with capacity missing in %s of the time (%s), on units that serve %s each, %s after they are asked for",
		s.Split.In(zoneOf(s.Timezone)).Format(simulateStamp), percentage(s.Share), s.Objective, capacity.Figure(s.Pool.UnitRate), capacity.Brief(s.Pool.LeadTime))
}

// rival is the cheapest policy but ours that could be used instead; nil if none
// keeps the share.
func (s simulated) rival() *contender {
	for i, c := range s.Policies {
		if !c.Foresight && c.Cost != nil && c.Policy != ourPolicy {
			return &s.Policies[i]
		}
	}
	return nil
}

// named is the policy of that name.
func (s simulated) named(name string) *contender {
	return &s.Policies[slices.IndexFunc(s.Policies, func(c contender) bool { return c.Policy == name })]
}

// verdict is the comparison in one sentence.
func (s simulated) verdict() string {
	ours, rival := s.named(ourPolicy), s.rival()
	switch {
	case rival == nil && ours.Cost == nil && s.named(fairOracle).Cost == nil:
		return "No policy keeps this share, not even the oracle: allow more with --share, raise max, or shorten the lead time."
	case rival == nil && ours.Cost == nil:
		return "No policy keeps this share but those that know the load: allow more with --share, or shorten the lead time."
	case rival == nil:
		return fmt.Sprintf("Only the %s, keeps this share, at a cost of %s.", ourPolicy, capacity.Figure(*ours.Cost))
	case ours.Cost == nil:
		return fmt.Sprintf("The %s, does not keep this share; the cheapest that does is %s, at a cost of %s.", ourPolicy, rival.Policy, capacity.Figure(*rival.Cost))
	}
	change := *ours.Cost / *rival.Cost - 1
	than := "less"
	if change > 0 {
		than = "more"
	}
	return fmt.Sprintf("The %s, costs %s%s, %s%% %s than the cheapest of the others, %s (%s%s).",
		ourPolicy, ours.bound(), capacity.Figure(*ours.Cost), capacity.Trim(100*max(change, -change), 1), than, rival.Policy, rival.bound(), capacity.Figure(*rival.Cost))
}
