package unitrate

import (
	"cmp"
	"math"
	"slices"
	"time"
)

const (
	// day is how much of the newest history a rate may not exceed.
	day = 24 * time.Hour
	// fewestNewest is how many samples that takes at least.
	fewestNewest = 12
	// mostSpread is how much the load per unit of a service differs whose
	// autoscaler holds the utilisation: then no line can be told.
	mostSpread = 1.5
	// medianError is the standard error of a median over that of a mean.
	medianError = 1.25
	// held is how far a utilisation may be from the aim to be in proportion to it.
	held = 1.25
)

// ofNewestDay is the samples of the newest 24 hours, and more where those have
// few.
func ofNewestDay(used []Sample) []Sample {
	if len(used) == 0 {
		return nil
	}
	from := used[len(used)-1].At.Add(-day)
	first := len(used)
	for first > 0 && (used[first-1].At.After(from) || len(used)-first < fewestNewest) {
		first--
	}
	return used[first:]
}

// shown is what the newest day shows a unit to serve at the aim, and whether it
// shows that. The quarter of the day counts in which load per unit is nearest to a
// rate that is in question, and then to the lower one that it shows: that is where
// utilisation is nearest to the aim.
func shown(used []Sample, aim Aim, rate float64) (most float64, ok bool) {
	newest := ofNewestDay(used)
	most, ok = nearest(newest, aim, rate)
	if ok && most < rate {
		if again, ok := nearest(newest, aim, most); ok {
			most = min(most, again)
		}
	}
	return most, ok
}

// nearest is the median of what a unit serves by the quarter of samples whose load
// per unit is nearest to x.
func nearest(samples []Sample, aim Aim, x float64) (float64, bool) {
	far := func(s Sample) float64 { return math.Abs(math.Log(s.Load / s.Units / x)) }
	sorted := slices.Clone(samples)
	slices.SortStableFunc(sorted, func(a, b Sample) int { return cmp.Compare(far(a), far(b)) })
	sorted = sorted[:min(len(sorted), max(fewestNewest/2, len(sorted)/4))]
	var able []float64
	for _, s := range sorted {
		if aim.Signal == Latency {
			// Latency grows with load, so at the aim it serves less than this.
			if s.Signal >= aim.At/nearAim {
				able = append(able, s.Load/s.Units)
			}
		} else if v, ok := aim.capability(s); ok {
			able = append(able, v)
		}
	}
	if len(able) == 0 || 2*len(able) < len(sorted) {
		return 0, false
	}
	return quantile(able, 0.5), true
}

// proportion is the rate where the utilisation is held near the aim, so that
// load per unit hardly differs: load per unit over utilisation, times the aim.
func proportion(used []Sample, aim Aim) (r Rate, ok bool) {
	if aim.Signal != Utilisation || len(used) < fewestNewest {
		return Rate{}, false
	}
	var loads, busy, able []float64
	top := 0.0
	for _, s := range used {
		v, ok := aim.capability(s)
		if !ok || s.Signal >= saturated {
			continue
		}
		loads, busy, able = append(loads, s.Load/s.Units), append(busy, s.Signal), append(able, v)
		top = max(top, s.Units)
	}
	if 2*len(able) < len(used) {
		return Rate{}, false
	}
	middle := quantile(busy, 0.5)
	constant := quantile(busy, 0.9) <= 1.01*quantile(busy, 0.1)
	if middle > held*aim.At || middle < aim.At/held || constant || quantile(loads, 0.9) > mostSpread*quantile(loads, 0.1) {
		return Rate{}, false
	}
	rate := quantile(able, 0.5)
	// The interval of a median, of as many independent samples as there are blocks.
	narrow := medianError * math.Sqrt(blocks*math.Sqrt(float64(len(able)))/float64(len(able)))
	end := func(q float64) float64 { return round(rate * math.Pow(quantile(able, q)/rate, min(1, narrow))) }
	return Rate{
		Rate: round(rate), Low: end(tail), High: end(1 - tail),
		Form: Proportion, Samples: len(used), Units: top, Seen: round(quantile(loads, 0.95)),
	}, true
}
