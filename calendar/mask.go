package calendar

import (
	"cmp"
	"math"
	"slices"
	"time"

	"headroom/capacity"
)

// A Reason names why measurements were taken for none.
type Reason string

// The reasons.
const (
	Outage   Reason = "outage"   // next to nothing at a time of day at which there is always load
	Stuck    Reason = "stuck"    // one value for longer than chance would have it
	Overflow Reason = "overflow" // what a counter that started anew makes of a rate
	Spike    Reason = "spike"    // a single measurement many times the usual load of its time of day
)

// A Span is a run of measurements that were masked.
type Span struct {
	From, To time.Time // the steps that start in [From, To)
	Reason   Reason
}

// Mask returns a copy of s in which values that cannot be demand are gaps, and
// what they were, in the order of time. If there are none, it returns s itself
// and nil.
//
// It masks steps of at most 2 % of the load that is usual at their time of day,
// where that is never so on other days, and the step on either side of them if
// it has less than half of the usual; runs of one exactly equal value that are
// longer than chance explains, unless the value is the lowest or the highest of
// all, since idling and saturation look like that; single steps above 1000 times
// the highest of the others; and single measurements that are many times what is
// usual at their time of day, and do not come back.
//
// It would rather keep an outage than lose demand: nothing is masked where 30 %
// or more of the measurements are zero, and no zero for which fewer than three
// other days can be compared.
func Mask(s capacity.Series) (capacity.Series, []Span) {
	out, spans, _ := mask(s)
	return out, spans
}

// mask is Mask, with the steps that are as high as a spike but may be load.
func mask(s capacity.Series) (out capacity.Series, spans []Span, surges []int) {
	if s.Step <= 0 || intermittent(s.Values) {
		return s, nil, nil
	}
	reasons := make([]Reason, s.Len())
	overflows(s.Values, reasons)
	surges = spikes(s, reasons)
	stuck(s, reasons)
	outages(s, reasons)
	if spans = spansOf(s, reasons); len(spans) == 0 {
		return s, nil, surges
	}
	out = s
	out.Values = slices.Clone(s.Values)
	for i, reason := range reasons {
		if reason != "" {
			out.Values[i] = math.NaN()
		}
	}
	return out, spans, surges
}

// intermittent reports whether no demand is a usual demand.
func intermittent(values []float64) bool {
	zeros, all := 0, 0
	for _, v := range values {
		if math.IsNaN(v) {
			continue
		}
		all++
		if v == 0 {
			zeros++
		}
	}
	return 10*zeros >= 3*all
}

func spansOf(s capacity.Series, reasons []Reason) []Span {
	var spans []Span
	for i := 0; i < len(reasons); {
		end := i + 1
		for end < len(reasons) && reasons[end] == reasons[i] {
			end++
		}
		if reasons[i] != "" {
			spans = append(spans, Span{s.At(i), s.At(end), reasons[i]})
		}
		i = end
	}
	return spans
}

// overflows marks single steps above 1000 times the highest of the others.
func overflows(values []float64, reasons []Reason) {
	const times = 1000
	var order []int
	for i, v := range values {
		if v > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	// At most one in a thousand is an accident, more are the load itself.
	for k := len(order) - 1; k > 0 && k >= len(order)-1-len(order)/1000; k-- {
		if values[order[k]]/times > values[order[k-1]] {
			for _, i := range order[k:] {
				reasons[i] = Overflow
			}
			return
		}
	}
}
