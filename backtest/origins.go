package backtest

import "headroom/capacity"

// origins lists where forecasts of s start, ascending, each as the number of
// steps before it: the last where a whole horizon is left, none before half of
// the history and one season. The step between them has no factor in common
// with the season and is no multiple of the horizon, so that neither the
// origins nor the ends of the forecasts fall on one phase; if there is room, it
// also leaves at least a quarter season between neighbouring phases. (That a
// step of a whole season gives wrong intervals is known from
// Nixtla/statsforecast#892.)
func origins(s capacity.Series, c Settings) []int {
	last := s.Len() - c.Horizon
	if last < 1 {
		return nil
	}
	room := last - min(last, max(s.Len()/2, c.Season, 1))
	step := spacing(room/max(1, c.Origins-1), c)
	count := 1
	if step > 0 {
		count = min(c.Origins, room/step+1)
	}
	at := make([]int, count)
	for i := range at {
		at[i] = last - (count-1-i)*step
	}
	return at
}

// spacing is the best step between origins that is not above most.
func spacing(most int, c Settings) int {
	coprime := 0
	for step := most; step > 0; step-- {
		if capacity.CommonDivisor(step, c.Season) != 1 || (c.Horizon > 1 && step%c.Horizon == 0) {
			continue
		}
		if phase := step % c.Season; 4*phase >= c.Season && 5*phase <= 2*c.Season {
			return step
		}
		if coprime == 0 {
			coprime = step
		}
		if most-step > c.Season {
			break // a whole season has been seen: no phase is better
		}
	}
	return coprime
}
