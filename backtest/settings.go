package backtest

import (
	"fmt"
	"runtime"
	"slices"
	"time"

	"headroom/capacity"
)

// Settings say how a backtest is run. The zero Settings are the defaults.
type Settings struct {
	// Horizon is how many steps are forecast from each origin. Default: a day.
	Horizon int
	// Origins is how many origins there are at most; a short history has room
	// for fewer. Default: 8.
	Origins int
	// Season is the number of steps of the seasonal naive forecast that errors
	// are scaled by, and the one over whose phases the origins spread.
	// Default: a day.
	Season int
	// Levels are the quantile levels that are scored, ascending inside (0, 1).
	// Default: 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99.
	Levels []float64
	// Baseline names the model that others have to beat in [Select]. Default:
	// seasonal-naive-day, or the first model if there is none of that name.
	Baseline string
	// Workers is how many models [Select] backtests at a time. It changes no
	// result. Default: one for each processor that Go uses.
	Workers int
	// Costing is by what [Select] compares models, if not by their errors.
	// Default: by their errors.
	Costing *Costing
}

// SettingsFor is how a service's models are backtested on s: over the horizon
// of its plans, but no further than a day, and than s can judge several times.
func SettingsFor(horizon time.Duration, s capacity.Series) Settings {
	return Settings{Horizon: max(1, min(int(horizon/s.Step), s.PerDay(), s.Len()/4))}
}

// Levels are the quantile levels of a service's forecasts, dense where plans
// are made.
func Levels() []float64 {
	return []float64{0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995, 0.999}
}

// filled is the settings for s with the defaults in place.
func (c Settings) filled(s capacity.Series) (Settings, error) {
	if err := s.Validate(); err != nil {
		return c, err
	}
	fallback := func(v *int, value int) {
		if *v <= 0 {
			*v = value
		}
	}
	fallback(&c.Horizon, s.PerDay())
	fallback(&c.Origins, 8)
	fallback(&c.Season, s.PerDay())
	fallback(&c.Workers, runtime.GOMAXPROCS(0))
	if len(c.Levels) == 0 {
		c.Levels = []float64{0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99}
	}
	c.Levels = slices.Clone(c.Levels)
	for i, level := range c.Levels {
		if !(level > 0 && level < 1) || (i > 0 && level <= c.Levels[i-1]) {
			return c, fmt.Errorf("backtest level %v at place %d: levels ascend inside (0, 1)", level, i)
		}
	}
	return c, nil
}
