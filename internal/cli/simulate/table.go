package simulate

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/simulate"
)

// atShare is how many columns compare policies at one share; the others are of
// one run.
const atShare = 2

// columns are those of the table, beside the policy's name.
func (s simulated) columns() []string {
	return []string{"cost at " + percentage(s.Share), "excess", "setting", "cost", "missing", "share", "actions/day", "reversals", "max step", "SLO"}
}

// cells is one line of the table; a policy that cannot keep the share has the
// reason instead.
func (c contender) cells(share float64, money capacity.Objective) (cells []string, why string) {
	if c.Run == nil || c.CostAtShare == nil {
		return nil, fmt.Sprintf("no setting keeps %s; the safest has capacity missing in %s", percentage(share), percentage(c.Curve[0].Share))
	}
	excess := "-"
	if c.Excess != nil {
		excess = c.bound() + capacity.Trim(100**c.Excess, 1) + "%"
	}
	r := c.Run
	return []string{
		c.bound() + money.Money(*c.CostAtShare), excess, capacity.Figure(r.Setting),
		money.Money(r.Cost), capacity.Figure(r.Violation) + " min", percentage(r.Share), capacity.Figure(r.PerDay),
		fmt.Sprint(r.Reversals), fmt.Sprint(r.MaxStep), c.SLO.text(c.Foresight),
	}, ""
}

// Text says whether the share was kept.
func (o *outcome) text(foresight bool) string {
	switch {
	case foresight:
		return "-"
	case o == nil:
		return "no setting in training"
	case o.Met:
		return percentage(o.Delivered) + " met"
	}
	return percentage(o.Delivered) + " missed"
}

// bound marks what is only an upper bound: with every setting tried the policy is
// safer than asked, and another setting may be cheaper.
func (c contender) bound() string {
	if c.Reach == simulate.Looser {
		return "≤"
	}
	return ""
}

// money writes costs in the currency of the policy.
func (s simulated) money() capacity.Objective { return capacity.Objective{Currency: s.Currency} }

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
	columns := s.columns()
	fmt.Fprintln(t, "policy\t"+strings.Join(columns[:atShare], "\t")+"\t| "+strings.Join(columns[atShare:], "\t"))
	var without []string
	for _, c := range s.Policies {
		cells, why := c.cells(s.Share, s.money())
		if why != "" {
			without = append(without, c.name()+": "+why)
			continue
		}
		fmt.Fprintln(t, c.name()+"\t"+strings.Join(cells[:atShare], "\t")+"\t| "+strings.Join(cells[atShare:], "\t"))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "* knows the load to come: a bound, and no choice\n")
	fmt.Fprintf(w, "left of |: all policies with capacity missing in %s of the time; right of |: one run, of the cheapest setting that keeps %s\n\n%s\n", percentage(s.Share), percentage(s.Share), s.verdict())
	for _, text := range slices.Concat(without, s.Notes) {
		fmt.Fprintf(w, "note: %s\n", text)
	}
	return nil
}

const simulateStamp = "Mon 2 Jan 15:04"

// subject says what was simulated.
func (s simulated) subject() string {
	zone := command.ZoneOf(s.Timezone)
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
		s.Split.In(command.ZoneOf(s.Timezone)).Format(simulateStamp), percentage(s.Share), s.Objective, capacity.Figure(s.Pool.UnitRate), capacity.Brief(s.Pool.LeadTime))
}
