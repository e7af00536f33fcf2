package unitrate

import (
	"fmt"
	"strings"
	"time"

	"headroom/capacity"
)

// A Rate is the load that one unit serves at an [Aim], in the unit of the
// samples.
type Rate struct {
	Rate      float64
	Low, High float64 // the interval in which it is with nine chances in ten
	// AtLeast tells that the load of a unit never came near the aim: Rate is then
	// the highest load per unit that was seen, and a lower bound.
	AtLeast bool
	// Capped tells that the curve said more than the newest day shows: Rate is then
	// what that shows.
	Capped bool
	// Since is when what a unit serves last changed; the samples before it do not
	// count. It is zero if it did not.
	Since   time.Time
	Form    Form
	Samples int     // that count
	Units   float64 // the most that were seen, for which the rate holds
	Seen    float64 // the highest load per unit
	Percent bool    // whether the utilisation was in percent
	// Contention and Coherency are σ and κ of the universal scalability law; both
	// are zero for the forms that do not have them.
	Contention, Coherency float64
}

// Loss is the share of what a unit alone serves that it does not serve among
// [Rate.Units].
func (r Rate) Loss() float64 {
	n := r.Units
	return 1 - 1/(1+r.Contention*(n-1)+r.Coherency*n*(n-1))
}

// String says the rate and what it rests on.
func (r Rate) String() string {
	var b strings.Builder
	switch {
	case r.AtLeast:
		fmt.Fprintf(&b, "at least %s, the highest load per unit that was seen", capacity.Digits(r.Rate))
	case r.Capped:
		fmt.Fprintf(&b, "%s, which is what the newest day shows (all samples: %s to %s with 90%% confidence)", capacity.Digits(r.Rate), capacity.Digits(r.Low), capacity.Digits(r.High))
	default:
		fmt.Fprintf(&b, "%s (%s to %s with 90%% confidence)", capacity.Digits(r.Rate), capacity.Digits(r.Low), capacity.Digits(r.High))
	}
	fmt.Fprintf(&b, ", by a %s through %s", r.shape(), capacity.Count(r.Samples, "step"))
	if !r.Since.IsZero() {
		fmt.Fprintf(&b, " since %s, when what a unit serves changed", r.Since.Format("Mon 2 Jan 15:04"))
	}
	if loss := r.Loss(); loss > 0 {
		fmt.Fprintf(&b, "; among %s units each serves %s%% less than alone", capacity.Figure(r.Units), capacity.Trim(100*loss, 1))
	}
	return b.String()
}

// shape is the form in words.
func (r Rate) shape() string {
	switch r.Form {
	case Line:
		return "line"
	case Bend:
		return "bent line"
	case Proportion:
		return "proportion of load per unit to utilisation"
	case Contention, Coherency, Scaling:
		return "line that the number of units makes steeper"
	}
	return string(r.Form)
}
