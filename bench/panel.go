package main

import (
	"context"
	"time"

	"headroom/capacity"
	"headroom/models"
)

// A panel is what all series of a suite have measured by the same origin,
// counted along each series. Its models learn from it only what was measured
// before the end of the series that they forecast.
type panel struct {
	single capacity.Model
	pool   []capacity.Model
}

// origin tells the tasks of a series apart.
type origin struct {
	series int
	end    time.Time
}

func originOf(t task) origin { return origin{t.series, t.context.End()} }

// panels is the panel of every task.
func panels(s suite) map[origin]panel {
	var series [][]capacity.Series // of the first origin of each series, of the second, and so on
	place, count := map[origin]int{}, map[int]int{}
	for _, t := range s.tasks {
		i := count[t.series]
		count[t.series]++
		place[originOf(t)] = i
		if i == len(series) {
			series = append(series, nil)
		}
		series[i] = append(series[i], t.context)
	}
	var all []panel
	for _, some := range series {
		all = append(all, panel{models.Pooled(some, s.seasons), models.Pool(some, s.seasons)})
	}
	of := map[origin]panel{}
	for o, i := range place {
		of[o] = all[i]
	}
	return of
}

// pooled forecasts with the weights that a panel shares.
func pooled(all map[origin]panel, quantiles bool) forecaster {
	return forecaster{"pooled", func(ctx context.Context, s suite, t task) (answer, error) {
		return single(all[originOf(t)].single, quantiles).forecast(ctx, s, t)
	}}
}

// autoPanel is the automatic choice among the pool of a panel.
func autoPanel(all map[origin]panel) forecaster {
	return forecaster{"auto-panel", func(ctx context.Context, s suite, t task) (answer, error) {
		return automatic(ctx, all[originOf(t)].pool, s, t)
	}}
}
