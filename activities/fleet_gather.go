package activities

import (
	"context"
	"time"

	"headroom/capacity"
	"headroom/history"
)

// A gatherer fetches the histories of services, those that share a source
// together, when the first of them is asked for.
type gatherer struct {
	activities *Activities
	services   []capacity.Policy
	until      time.Time
	from       func(capacity.Policy) time.Time
	first      int // the place of got[0] among the services
	got        []history.Got
}

// get is the history of the i-th service. It is released with the next group.
func (g *gatherer) get(ctx context.Context, i int) history.Got {
	if i >= g.first && i < g.first+len(g.got) {
		return g.got[i-g.first]
	}
	g.release()
	group := g.services[i : i+sharing(g.services[i:])]
	var asks []history.Ask
	for _, p := range group {
		asks = append(asks, history.Ask{Demand: p.Demand, From: g.from(p), To: g.until})
	}
	g.first = i
	source, err := g.activities.Sources(group[0].Demand.Source)
	if err != nil {
		g.got = history.Fail(asks, err)
	} else {
		g.got = history.FetchEach(ctx, source, asks)
	}
	return g.got[0]
}

// release gives the tables back.
func (g *gatherer) release() {
	for _, got := range g.got {
		if got.Err == nil {
			got.Table.Release()
		}
	}
	g.got = nil
}
