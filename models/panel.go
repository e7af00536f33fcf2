package models

import (
	"slices"
	"sync"
	"time"

	"headroom/capacity"
	"headroom/models/blend"
)

// Pool returns the pool of [New] for the series of a panel, which are forecast
// together, such as the services of one shop: [Pooled] joins it, and where the
// step is a day, every model that learns leaves to the panel what its series
// have in common on a date (holidays, pay days, the time of the year). The series
// need not start or end together. A fit sees nothing that the panel measured
// after the end of the series it is given, so that it can be backtested.
//
// The models are those of one panel: they share what was learnt from it. They
// neither copy nor change the series, which must not change either.
func Pool(series []capacity.Series, seasons []int) []capacity.Model {
	p := newPanel(series, seasons)
	var singles, pool []capacity.Model
	for _, m := range append(New(seasons), pooled{p}) {
		switch m := m.(type) {
		case blend.Model:
			continue
		case naive, seasonalNaive, linear:
			singles = append(singles, m)
		default:
			singles = append(singles, p.apart(m))
		}
	}
	pool = slices.Clone(singles)
	for _, m := range New(seasons) {
		if b, blends := m.(blend.Model); blends {
			b.Members = singles
			pool = append(pool, b)
		}
	}
	return pool
}

// mostPooled is from how many series of a panel is learnt. What they share needs
// no more, and a panel may have many thousands.
const mostPooled = 200

// A panel is series that are forecast together, and what was learnt from them,
// by the time until which they were known.
type panel struct {
	series    []capacity.Series
	day, week int // steps, or 0

	mutex   sync.Mutex
	days    map[int64]commonDays
	weights map[pooledKey]pooledWeights
}

// newPanel takes, of a panel that has more series than are needed, some that are
// spread evenly over it. A broken series is left out.
func newPanel(series []capacity.Series, seasons []int) *panel {
	p := &panel{days: map[int64]commonDays{}, weights: map[pooledKey]pooledWeights{}}
	p.day, p.week = dayAndWeek(seasons)
	series = slices.DeleteFunc(slices.Clone(series), func(s capacity.Series) bool { return s.Validate() != nil })
	n := min(len(series), mostPooled)
	for i := range n {
		p.series = append(p.series, series[i*len(series)/n])
	}
	return p
}

// apart is m, which leaves to the panel what is common to it, if the panel has a
// step at which anything is.
func (p *panel) apart(m capacity.Model) capacity.Model {
	if slices.ContainsFunc(p.series, func(s capacity.Series) bool { return s.Step == oneDay }) {
		return inCommon{m, p}
	}
	return m
}

// before is the series of the panel with that step, as they were at a time.
func (p *panel) before(end time.Time, step time.Duration) []capacity.Series {
	var known []capacity.Series
	for _, s := range p.series {
		n := min(s.Len(), int(end.Sub(s.Start)/step))
		if s.Step == step && n > 0 {
			known = append(known, s.Slice(0, n))
		}
	}
	return known
}
