package simulate

import (
	"sync"

	"headroom/nowcast"
)

// A tape is the forecast after each minute of one trace, made when it is first
// asked for, from nothing but the minutes until then.
type tape struct {
	mu        sync.Mutex
	caster    *nowcast.Nowcaster
	minutes   []float64
	first     int // minutes behind the first forecast
	forecasts []nowcast.Forecast
}

// at is the forecast after so many minutes; false if they are too few.
func (t *tape) at(minutes []float64) (nowcast.Forecast, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.caster == nil {
		caster, err := nowcast.Learn(minutes)
		if err != nil {
			return nowcast.Forecast{}, false
		}
		t.caster, t.first = caster, len(minutes)
		t.minutes = append(t.minutes, minutes...)
		t.forecasts = append(t.forecasts, caster.Ahead())
	}
	for len(t.minutes) < len(minutes) {
		load := minutes[len(t.minutes)]
		t.minutes = append(t.minutes, load)
		t.caster.See(load)
		t.forecasts = append(t.forecasts, t.caster.Ahead())
	}
	if len(minutes) < t.first {
		return nowcast.Forecast{}, false
	}
	return t.forecasts[len(minutes)-t.first], true
}

// rehearse teaches care what the forecasts before the run would have led to.
func (t *tape) rehearse(care *nowcast.Care, terms nowcast.Terms, until int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, f := range t.forecasts {
		at := t.first + i + terms.Lead // the minute in which what is asked for serves first
		if at >= until {
			return
		}
		terms.Worth = care.Worth()
		if load := t.minutes[at]; load == load {
			care.Judge(load > float64(f.Want(terms.Lead+1, terms))*terms.Rate, 1)
		}
	}
}
