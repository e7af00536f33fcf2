package backtest

import (
	"fmt"
	"math"
)

// Promote is the package's Promote by what the plans of champion and challenger
// would have cost at the promised service, as in [Costing.Compare], instead of
// by their losses; the nil Costing goes by loss. The challenger's plans have to
// cost 2 % less, and of the ratios that resampling the origins gives, 95 of 100
// have to lie below 1. The champion's own model, retrained, takes its place
// unless it costs more in the same sense. Loss in a part of the horizon does not
// count. All other rules are those by loss, which hold altogether where costs
// cannot be compared, as Why then says.
func (c *Costing) Promote(champion Incumbent, challenger Result) Decision {
	if c == nil {
		return Promote(champion, challenger)
	}
	filled := c.filled()
	return promote(champion, challenger, &filled)
}

// cost adds what the plans of the two would have cost.
func (d *Decision) cost(pairs []pairing, ahead int, c *Costing) error {
	old, renewed := c.ledger(), c.ledger()
	for _, p := range pairs {
		if err := old.enter(p.champion, p.held); err != nil {
			return err
		}
		if err := renewed.enter(p.challenger, p.own); err != nil {
			return err
		}
	}
	again := draw(len(pairs), ahead)
	before, after := old.costs(again), renewed.costs(again)
	if before[0] == 0 || math.IsInf(before[0], 1) && math.IsInf(after[0], 1) {
		return errNoCost
	}
	held, own := old.outlay(), renewed.outlay()
	relate(held, before, before)
	relate(own, after, before)
	d.Champion.Outlay, d.Challenger.Outlay = held, own
	return nil
}

// byCost decides by cost.
func (d Decision) byCost(same bool) Decision {
	x := d.Challenger.Outlay
	switch {
	case same && x.Low > 1:
		return d.keep(Dearer, "retrained, %s", d.saved())
	case same:
		return d.because(Refreshed, "%s is trained on newer history; %s", d.Champion.Model, d.saved())
	case 1-x.Ratio < leastGain:
		return d.keep(NoSaving, "%s, and at least %s less is needed", d.saved(), percent(leastGain))
	case x.High >= 1:
		return d.keep(ByChance, "%s, which may be luck", d.saved())
	}
	return d.because(Cheaper, "%s", d.saved())
}

// saved says how the costs compare.
func (d Decision) saved() string {
	x, whose := d.Challenger.Outlay, "those of the champion "+d.Champion.Model
	if d.StandsIn {
		whose += ", fitted anew like the challenger,"
	}
	service := fmt.Sprintf("where capacity is missing in %s of the steps", percent(x.Promised))
	switch {
	case !x.Kept:
		return fmt.Sprintf("whatever they cost, the plans of %s do not do as well as %s %s", d.Challenger.Model, whose, service)
	case !d.Champion.Outlay.Kept:
		return fmt.Sprintf("the plans of %s can be had %s, and %s cannot, whatever they cost", d.Challenger.Model, service, whose)
	case x.Ratio == 1:
		return fmt.Sprintf("the plans of %s cost the same as %s %s", d.Challenger.Model, whose, service)
	}
	way, by := "less", 1-x.Ratio
	if by < 0 {
		way, by = "more", -by
	}
	return fmt.Sprintf("the plans of %s cost %s %s than %s %s (%d origins, 95%% interval of the ratio %.2f to %.2f)",
		d.Challenger.Model, percent(by), way, whose, service, d.Origins, x.Low, x.High)
}
