package backtest

import (
	"fmt"

	"headroom/capacity"
)

// A Reason is a code for why a challenger was promoted or not.
type Reason string

// The reasons to promote the challenger, and those to keep the champion.
const (
	First     Reason = "first"     // there is no champion
	NoAnswer  Reason = "no answer" // the champion has no forecast
	Unsafe    Reason = "unsafe"    // too many measurements exceed the champion's quantile 0.95
	Expired   Reason = "expired"   // the champion has outlasted too many retrainings
	Refreshed Reason = "refreshed" // the champion's own model on newer history, and not worse
	Better    Reason = "better"    // less loss, and not by chance
	Cheaper   Reason = "cheaper"   // less cost at the same service, and not by chance

	TooFew     Reason = "too few"     // origins to compare at
	Uncovered  Reason = "uncovered"   // too many measurements exceed the challenger's quantile 0.95
	NoGain     Reason = "no gain"     // not enough less loss
	NoSaving   Reason = "no saving"   // not enough less cost at the same service
	ByChance   Reason = "by chance"   // less loss, or cost, but it may be luck
	Worse      Reason = "worse"       // more loss, and not by chance
	Dearer     Reason = "dearer"      // more cost at the same service, and not by chance
	WorseAPart Reason = "worse apart" // more loss in a part of the horizon
)

// A Decision says whether a challenger takes the champion's place, and by which
// numbers.
type Decision struct {
	Promote bool
	Reason  Reason
	Why     string // the sentence
	// Code is what is wrong with the champion that is replaced, or with the
	// challenger that is not; empty if it was only a matter of loss.
	Code       capacity.Code `json:",omitempty"`
	Champion   Showing
	Challenger Showing
	StandsIn   bool // as in [Incumbent]
	Origins    int  // at which the two were compared; without any, there are no numbers
	Gain       float64
	// Chance is the probability of a difference in loss that is as large in
	// that direction, or larger, if there is none in truth.
	Chance    float64
	Stretches []Stretch
}

func (d Decision) because(reason Reason, sentence string, args ...any) Decision {
	d.Reason, d.Why = reason, fmt.Sprintf(sentence, args...)
	return d
}

func (d Decision) keep(reason Reason, sentence string, args ...any) Decision {
	d = d.because(reason, sentence, args...)
	d.Promote, d.Why = false, fmt.Sprintf("%s stays: %s", d.Champion.Model, d.Why)
	return d
}

// compared says how the losses compare.
func (d Decision) compared() string {
	whose := "that of the champion " + d.Champion.Model
	if d.StandsIn {
		whose += ", fitted anew like the challenger,"
	}
	if d.Gain == 0 {
		return fmt.Sprintf("the same as %s at %s", whose, capacity.Count(d.Origins, "origin"))
	}
	way, by := "lower", d.Gain
	if d.Gain < 0 {
		way, by = "higher", -d.Gain
	}
	return fmt.Sprintf("%s %s than %s at %s (chance %s)", percent(by), way, whose, capacity.Count(d.Origins, "origin"), capacity.Trim(d.Chance, 3))
}

func percent(share float64) string { return capacity.Trim(100*share, 1) + "%" }
