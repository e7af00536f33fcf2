package backtest

import (
	"fmt"

	"headroom/capacity"
)

// An Incumbent is the champion that forecasts until a challenger takes its
// place. The zero Incumbent is none.
type Incumbent struct {
	Model string
	// Result is what it forecast at origins of the challenger's backtest. Those
	// before From are of its model, fitted anew, and only calibrate.
	Result Result
	From   int
	// Calibration gives it the quantiles. The zero Calibration stands for one by
	// the origins before each, as the challenger's.
	Calibration Calibration
	StandsIn    bool          // whether the whole result is that of its model, fitted anew at each origin
	Outlasted   int           // retrainings in a row that it has outlasted
	Failed      string        // why it has no forecast, if it has none
	Code        capacity.Code // of that
}

// What a challenger has to show.
const (
	leastGain    = 0.02 // less loss than the champion's
	leastOrigins = 3    // that tell anything
	luck         = 0.05 // chance below which a difference counts
	risk         = 0.95 // the quantile that plans rest on
	tolerance    = 0.1  // by which fewer measurements may lie below that
	worseApart   = 0.05 // more loss in any part of the horizon
	mostOutlived = 7    // retrainings, before a champion has had its time
)

// Promote decides whether the challenger, of a backtest that has a score, takes
// the champion's place. It does if
//
//   - its pinball loss is lower by 2 % and, by [DieboldMariano] at 5 %, not by
//     chance; or it is the champion's own model, retrained, and not worse by
//     more than chance; or the champion fails: it has no forecast, too many
//     measurements exceed its quantile 0.95, or it has outlasted 7 retrainings;
//   - and its own quantile 0.95 covers 85 % of the measurements, or no fewer
//     than the champion's;
//   - and, unless the champion fails, its loss is nowhere more than 5 % higher:
//     neither in the first quarter of the horizon, nor in the second, nor in
//     the other half.
//
// Otherwise what is known to work stays.
func Promote(champion Incumbent, challenger Result) Decision {
	return promote(champion, challenger, nil)
}

// promote is Promote, by cost where there is a costing.
func promote(champion Incumbent, challenger Result, costing *Costing) Decision {
	d := Decision{Promote: true, Challenger: Showing{Model: challenger.Score.Model}, Champion: Showing{Model: champion.Model}, Chance: 1}
	switch {
	case champion.Model == "":
		return d.because(First, "there is no champion yet")
	case champion.Failed != "":
		d.Code = champion.Code
		return d.because(NoAnswer, "the champion %s has no forecast: %s", champion.Model, champion.Failed)
	}
	d.StandsIn = champion.StandsIn
	same := champion.Model == challenger.Score.Model
	pairs := pairings(champion, challenger)
	c := compete(champion, challenger, pairs)
	if d.Origins = len(c.gains); d.Origins < leastOrigins || !finite(c.champion.Loss, c.challenger.Loss) {
		if same {
			return d.because(Refreshed, "%s is trained on newer history; there are %s, too few to compare the two", champion.Model, capacity.Count(d.Origins, "origin"))
		}
		d.Code = capacity.CodeTooShort
		return d.keep(TooFew, "there are %s to compare it with %s at, and %d are needed: wait for more history", capacity.Count(d.Origins, "origin"), challenger.Score.Model, leastOrigins)
	}
	d.Champion, d.Challenger, d.Stretches = c.champion, c.challenger, c.stretches
	d.Gain = gain(d.Champion.Loss, d.Challenger.Loss)
	differences := c.gains
	if d.Gain < 0 {
		for i := range differences {
			differences[i] = -differences[i]
		}
	}
	d.Chance = DieboldMariano(differences, c.ahead)
	by := d.byLoss
	if costing != nil {
		if err := d.cost(pairs, c.ahead, costing); err != nil {
			by = func(same bool) Decision {
				d := d.byLoss(same)
				d.Why = fmt.Sprintf("by error, since costs cannot be compared (%v): %s", err, d.Why)
				return d
			}
		} else {
			by = d.byCost
		}
	}

	covers := func(s Showing) bool { return s.Coverage >= risk-tolerance }
	switch {
	case !covers(d.Challenger) && d.Challenger.Coverage < d.Champion.Coverage:
		d.Code = capacity.CodeNotCovered
		return d.keep(Uncovered, "%s of the measurements lie below the quantile 0.95 of %s, which should be 95%%", percent(d.Challenger.Coverage), d.Challenger.Model)
	case !covers(d.Champion) && covers(d.Challenger):
		d.Code = capacity.CodeNotCovered
		return d.because(Unsafe, "%s of the measurements lie below the quantile 0.95 of %s, which should be 95%%, and %s below that of %s",
			percent(d.Champion.Coverage), d.Champion.Model, percent(d.Challenger.Coverage), d.Challenger.Model)
	case champion.Outlasted >= mostOutlived:
		d.Code = capacity.CodeStale
		return d.because(Expired, "%s has outlasted %s; the loss of %s is %s", champion.Model, capacity.Count(champion.Outlasted, "retraining"), d.Challenger.Model, d.compared())
	}
	return by(same)
}

// byLoss decides by loss.
func (d Decision) byLoss(same bool) Decision {
	switch {
	case same && d.Gain < 0 && d.Chance < luck:
		return d.keep(Worse, "retrained, its loss is %s", d.compared())
	case !same && d.Gain < leastGain:
		return d.keep(NoGain, "the loss of %s is %s, and at least %s less is needed", d.Challenger.Model, d.compared(), percent(leastGain))
	case !same && d.Chance >= luck:
		return d.keep(ByChance, "the loss of %s is %s, which may be luck", d.Challenger.Model, d.compared())
	}
	for _, s := range d.Stretches {
		if s.Gain < -worseApart {
			return d.keep(WorseAPart, "the loss of %s is %s, and %s higher in the part of the horizon that ends with step %d", d.Challenger.Model, d.compared(), percent(-s.Gain), s.End)
		}
	}
	if same {
		return d.because(Refreshed, "%s is trained on newer history; its loss is %s", d.Champion.Model, d.compared())
	}
	return d.because(Better, "the loss of %s is %s", d.Challenger.Model, d.compared())
}
