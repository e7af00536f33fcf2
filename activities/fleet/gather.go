package fleet

import (
	"context"
	"fmt"
	"slices"
	"time"

	"headroom/capacity"
	"headroom/history"
	"headroom/pipeline"
)

// A gathering is a service's history, and the columns that were read together
// with it.
type gathering struct {
	history.Got
	columns gathered
}

// A gathered is a source of what was read already.
type gathered struct {
	asks []history.Ask
	got  []history.Got
}

// Fetch implements [history.Source]. Nothing else is read.
func (g gathered) Fetch(_ context.Context, d capacity.Demand, from, to time.Time) (history.Table, error) {
	for i, ask := range g.asks {
		if ask.Demand != d || !ask.From.Equal(from) || !ask.To.Equal(to) {
			continue
		}
		if g.got[i].Err == nil {
			g.got[i].Table.Retain() // it is released by who fetches it, and by who gathered it
		}
		return g.got[i].Table, g.got[i].Err
	}
	return history.Table{}, fmt.Errorf("the column %q was not gathered: %w", d.Value, capacity.ErrNoData)
}

// A gatherer fetches the histories of services, those that share a source
// together, when the first of them is asked for.
type gatherer struct {
	activities *Fleet
	services   []service
	window     func(capacity.Policy) capacity.Window // of which the history is wanted
	columns    bool                                  // whether what unit rates are learnt from is wanted as well
	first      int                                   // the place of the first service of the group that is held
	held       []gathering
}

// get is the history of the i-th service. It is released with the next group.
func (g *gatherer) get(ctx context.Context, i int) gathering {
	if i >= g.first && i < g.first+len(g.held) {
		return g.held[i-g.first]
	}
	g.release()
	group := g.services[i : i+sharing(g.services[i:])]
	var asks []history.Ask
	var ends []int // of each service's asks, the load first
	for _, s := range group {
		p := s.Policy
		w := g.window(p)
		asks = append(asks, history.Ask{Demand: p.Demand, From: w.From, To: w.To})
		for _, name := range pipeline.LearntColumns(p) {
			if g.columns {
				asks = append(asks, history.Ask{Demand: pipeline.ColumnDemand(p, name), From: w.From, To: w.To})
			}
		}
		ends = append(ends, len(asks))
	}
	source, err := g.activities.Sources(group[0].Policy.Demand.Source)
	got := history.Fail(asks, err)
	if err == nil {
		got = history.FetchEach(ctx, source, asks)
	}
	g.first = i
	at := 0
	for _, end := range ends {
		g.held = append(g.held, gathering{got[at], gathered{asks[at+1 : end], got[at+1 : end]}})
		at = end
	}
	return g.held[0]
}

// release gives the tables back.
func (g *gatherer) release() {
	for _, held := range g.held {
		for _, got := range slices.Concat(held.columns.got, []history.Got{held.Got}) {
			if got.Err == nil {
				got.Table.Release()
			}
		}
	}
	g.held = nil
}
