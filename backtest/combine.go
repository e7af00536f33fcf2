package backtest

import (
	"math"
	"slices"

	"headroom/capacity"
	"headroom/models/blend"
)

// combine is the result of a blend, made from the results of its members. At
// each origin the blend has the weights that it would learn from all other
// origins, so that no forecast helps to weigh itself. The weights of all
// origins are returned, for use.
func combine(b blend.Model, results []Result) (Result, blend.Weights) {
	var members []Result
	for _, m := range b.Members {
		if i := slices.IndexFunc(results, func(r Result) bool { return r.Score.Model == m.Name() }); i >= 0 && results[i].Score.Refused == "" {
			members = append(members, results[i])
		}
	}
	out := Result{Score: capacity.Score{Model: b.Name(), Refused: "none of its members has a forecast", Code: capacity.CodeFailed}}
	if len(members) == 0 {
		return out, blend.Weights{}
	}
	out.Levels = members[0].Levels
	longest := slices.MaxFunc(members, func(x, y Result) int { return len(x.Origins) - len(y.Origins) })
	horizon := 0
	for _, o := range longest.Origins {
		for _, t := range o.Steps {
			horizon = max(horizon, t+1)
		}
	}
	errs := errorsOf(members, longest, blend.Blocks(horizon))
	for k, o := range longest.Origins {
		if b.Learns {
			b = b.Weighted(errs.weights(k))
		}
		points := map[string][]float64{}
		for _, m := range members {
			if i := slices.IndexFunc(m.Origins, func(p Origin) bool { return p.Train == o.Train }); i >= 0 {
				points[m.Score.Model] = m.Origins[i].Point
			}
		}
		o.Point = b.PointAt(o.Steps, points)
		out.Origins = append(out.Origins, o)
	}
	out.Score = score(b.Name(), out.Origins, out.Levels)
	if !b.Learns {
		return out, blend.Weights{}
	}
	return out, errs.weights(-1)
}

// memberErrors are sums of absolute errors by member, origin and block, NaN
// where a member has no forecast.
type memberErrors struct {
	names []string
	ends  []int
	own   [][][]float64
}

func errorsOf(members []Result, longest Result, ends []int) memberErrors {
	e := memberErrors{ends: ends}
	for _, m := range members {
		e.names = append(e.names, m.Score.Model)
		own := make([][]float64, len(longest.Origins))
		for k, o := range longest.Origins {
			own[k] = slices.Repeat([]float64{math.NaN()}, len(ends))
			i := slices.IndexFunc(m.Origins, func(p Origin) bool { return p.Train == o.Train })
			if i < 0 {
				continue
			}
			clear(own[k])
			for j, t := range o.Steps {
				block, _ := slices.BinarySearch(ends, t+1)
				own[k][block] += math.Abs(m.Origins[i].Point[j] - o.Actual[j])
			}
		}
		e.own = append(e.own, own)
	}
	return e
}

// weights are what the errors at all origins but the given one teach.
func (e memberErrors) weights(but int) blend.Weights {
	errs := make([][]float64, len(e.names))
	for m := range errs {
		errs[m] = make([]float64, len(e.ends))
		for b := range e.ends {
			errs[m][b] = e.relative(m, b, but)
		}
	}
	return blend.Weigh(e.names, e.ends, errs)
}

// relative is a member's error in a block over that of the mean member at the
// same origins: 1 where there is nothing to compare.
func (e memberErrors) relative(member, block, but int) float64 {
	own, mean := 0.0, 0.0
	for k, here := range e.own[member] {
		if k == but || math.IsNaN(here[block]) {
			continue
		}
		own += here[block]
		sum, n := 0.0, 0.0
		for _, other := range e.own {
			if v := other[k][block]; !math.IsNaN(v) {
				sum += v
				n++
			}
		}
		mean += sum / n
	}
	if !(mean > 0) || math.IsInf(mean, 0) {
		return 1
	}
	return own / mean
}
