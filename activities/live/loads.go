package live

import (
	"context"
	"errors"
	"math"
	"time"

	"headroom/capacity"
	"headroom/controller"
	"headroom/history"
)

// backlog is the most that is asked for at once of what was measured since the last look;
// what is older is left out.
const backlog = oldest

// readLoads reads what was measured since the last look: one call of a server for all its
// services.
func (s *shard) readLoads(ctx context.Context, due []*service) {
	by := map[string][]*service{}
	var order []string
	for _, v := range due {
		at := v.policy.Demand.Source
		if by[at] == nil {
			order = append(order, at)
		}
		by[at] = append(by[at], v)
	}
	for _, at := range order {
		s.readFrom(ctx, at, by[at])
	}
}

// readFrom reads the load of services from one server.
func (s *shard) readFrom(ctx context.Context, address string, all []*service) {
	source, err := s.Sources(address)
	if err != nil {
		for _, v := range all {
			v.status.Trouble = err.Error()
		}
		return
	}
	ctx, done := context.WithTimeout(ctx, look)
	defer done()
	now := s.Records.Now()
	asks := make([]history.Ask, len(all))
	for i, v := range all {
		d := v.demand()
		from := v.fetched
		if earliest := now.Add(-backlog); from.Before(earliest) {
			from = earliest
		}
		if v.decided.IsZero() || now.Sub(from) < 2*d.Step {
			from = from.Add(-2 * d.Step) // what comes late
		}
		asks[i] = history.Ask{Demand: d, From: from, To: now}
	}
	for i, got := range ask(ctx, source, asks) {
		v := all[i]
		loads, err := loadsOf(got, asks[i].Demand)
		if err != nil && !errors.Is(err, capacity.ErrNoData) {
			warn(ctx, "the load of "+v.name+" cannot be read", err)
			continue
		}
		for _, l := range loads {
			if l.At.Add(asks[i].Demand.Step).After(v.fetched) {
				v.loads = append(v.loads, l)
				v.fetched = l.At.Add(asks[i].Demand.Step)
			}
		}
	}
}

// ask asks a source for several services, together if it can.
func ask(ctx context.Context, source history.Source, asks []history.Ask) []history.Got {
	if t, ok := source.(together); ok {
		return t.FetchTogether(ctx, asks)
	}
	return history.FetchEach(ctx, source, asks)
}

// fetch is the loads of one service.
func fetch(ctx context.Context, source history.Source, d capacity.Demand, from, to time.Time) ([]controller.Load, error) {
	table, err := source.Fetch(ctx, d, from, to)
	return loadsOf(history.Got{Table: table, Err: err}, d)
}

// loadsOf is the load of each tick that was measured.
func loadsOf(got history.Got, d capacity.Demand) (loads []controller.Load, err error) {
	if got.Err != nil {
		return nil, got.Err
	}
	defer got.Table.Release()
	for i := range got.Table.Rows() {
		loads = append(loads, controller.Load{At: got.Table.Time(i).Truncate(d.Step), Value: d.Rate(got.Table.Value(i))})
	}
	return loads, nil
}

// ticks is the loads by tick from a time on, NaN where none was measured.
func ticks(loads []controller.Load, from time.Time, step time.Duration) []float64 {
	last := loads[len(loads)-1].At
	all := make([]float64, int(last.Sub(from)/step)+1)
	for i := range all {
		all[i] = math.NaN()
	}
	for _, l := range loads {
		if i := int(l.At.Sub(from) / step); i >= 0 {
			all[i] = l.Value
		}
	}
	return all
}
