package simulate

import (
	"context"
	"sync"

	"headroom/controller"
	"headroom/nowcast"
)

// A tape is the forecast after each minute of one trace, made when it is first
// asked for, from nothing but the minutes until then.
type tape struct {
	mu        sync.Mutex
	caster    *nowcast.Nowcaster
	per       int       // ticks in a minute
	load      []float64 // by tick, of the minutes seen
	first     int       // minutes behind the first forecast
	forecasts []nowcast.Forecast
}

// at is the forecast after the whole minutes of load; false if they are too
// few, or ctx has ended.
func (t *tape) at(ctx context.Context, load []float64, per int) (nowcast.Forecast, bool) {
	minutes := len(load) / per
	t.mu.Lock()
	defer t.mu.Unlock()
	defer func() {
		if ctx.Err() != nil { // what ended early cannot be gone on with
			t.caster, t.load, t.forecasts = nil, nil, nil
		}
	}()
	if t.caster == nil {
		caster, err := nowcast.Learn(ctx, load, per)
		if err != nil {
			return nowcast.Forecast{}, false
		}
		t.caster, t.per, t.first = caster, per, minutes
		t.load = append(t.load, load[:minutes*per]...)
		t.forecasts = append(t.forecasts, caster.Ahead(ctx))
	}
	for seen := len(t.load); seen < minutes*per && ctx.Err() == nil; seen += per {
		t.load = append(t.load, load[seen:seen+per]...)
		t.caster.See(load[seen : seen+per]...)
		t.forecasts = append(t.forecasts, t.caster.Ahead(ctx))
	}
	if minutes < t.first || ctx.Err() != nil {
		return nowcast.Forecast{}, false
	}
	return t.forecasts[minutes-t.first], true
}

// rehearse shows a decider what the forecasts before the run would have led to.
func (t *tape) rehearse(d *controller.Decider, terms nowcast.Terms, until int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, f := range t.forecasts {
		at := t.first + i + terms.Lead // the minute in which what is asked for serves first
		if at >= until {
			return
		}
		d.Rehearse(f, terms, t.load[at*t.per:(at+1)*t.per])
	}
}
