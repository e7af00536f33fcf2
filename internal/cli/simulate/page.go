package simulate

import (
	"bytes"
	"context"
	"fmt"
	"os"

	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/report"
	"headroom/simulate"
)

// writePage writes the page about the simulation into a file.
func (t *trial) writePage(ctx context.Context, path string) error {
	s := t.told
	page := report.Simulation{
		Service: s.Service, Kicker: s.subject(), Lead: s.verdict(), Level: "Compared " + s.level() + ".",
		Facts: s.facts(), Share: s.Share, Currency: s.Currency, Columns: s.columns(), Compared: atShare, Notes: s.Notes,
		Load: t.tested.Load.Slice(t.tested.From, t.tested.Load.Len()), UnitRate: s.Pool.UnitRate, Zone: command.ZoneOf(s.Timezone),
	}
	tested, err := simulate.New(t.tested)
	if err != nil {
		return err
	}
	for i := range s.Policies {
		c := &s.Policies[i]
		one := report.Contender{Name: c.name(), Role: s.role(c)}
		one.Cells, one.Why = c.cells(s.Share, s.money())
		for _, p := range c.Curve {
			one.Curve = append(one.Curve, report.CurvePoint{Share: p.Share, Cost: p.Cost})
		}
		if one.Role != report.Other && c.Run != nil {
			run, err := tested.Run(ctx, c.policy.With(c.Run.Setting))
			if err != nil {
				return err
			}
			one.Ready = run.Ready
		}
		page.Contenders = append(page.Contenders, one)
	}
	var b bytes.Buffer
	if err := report.WriteSimulation(&b, page); err != nil {
		return err
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// role is what a policy is on the page.
func (s simulated) role(c *contender) report.Role {
	switch {
	case c.Policy == shortTerm:
		return report.Ours
	case c.Policy == fairOracle:
		return report.Bound
	case c == s.rival():
		return report.Rival
	}
	return report.Other
}

// facts are the figures at the top of the page.
func (s simulated) facts() []report.Fact {
	cost := func(c *contender) (string, string) {
		if c == nil || c.CostAtShare == nil {
			return "-", "does not keep the share"
		}
		text := c.bound() + s.money().Money(*c.CostAtShare)
		if c.Excess == nil {
			return text, ""
		}
		return text, c.bound() + capacity.Trim(100**c.Excess, 1) + "% over the oracle"
	}
	ours, oursMore := cost(s.named(shortTerm))
	rival, rivalMore, who := "-", "none keeps the share", "Cheapest that can be run"
	if r := s.rival(); r != nil {
		rival, rivalMore = cost(r)
		who = r.Policy
	}
	oracle, _ := cost(s.named(fairOracle))
	met, tried := 0, 0
	for _, c := range s.Policies {
		if c.SLO != nil {
			tried++
			if c.SLO.Met {
				met++
			}
		}
	}
	return []report.Fact{
		{Name: who, Text: rival, More: rivalMore},
		{Name: "Short-term forecaster, not live", Text: ours, More: oursMore},
		{Name: "Oracle", Text: oracle, More: "knows the load to come"},
		{Name: "Compared at", Text: percentage(s.Share), More: "of the time without capacity"},
		{Name: "Tested", Text: capacity.Trim(s.To.Sub(s.Split).Hours()/24, 1) + " days", More: "after " + capacity.Trim(s.Split.Sub(s.From).Hours()/24, 1) + " of training"},
		{Name: "SLO met by", Text: fmt.Sprintf("%d of %d", met, tried), More: "with settings chosen in training"},
	}
}
