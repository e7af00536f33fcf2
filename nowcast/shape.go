package nowcast

import "math"

// Minutes in a day and in a week.
const (
	day  = 24 * 60
	week = 7 * day
)

// A shape is what regressions may look back at, which grows with what was seen.
type shape struct {
	days int // how many days before are looked at
	week bool
}

// shapeOf is for so many minutes: at least half of them remain to learn from.
func shapeOf(minutes int) shape {
	return shape{days: min(max((minutes/day-1)/2, 0), 7), week: minutes > 3*week}
}

// lead is how many minutes lie before the first that can be learnt from.
func (s shape) lead() int {
	lead := 300
	if s.days > 0 {
		lead = s.days*day + 10
	}
	if s.week {
		lead = max(lead, week+10)
	}
	return lead
}

// level is what everything is measured against: the mean root of the last
// minutes before t.
func level(m *memory, t int) float64 { return m.mean(t-3, t) }

// features is what the root at the horizon from minute t on is regressed on, a
// one first; all of it was seen before t.
func (s shape) features(m *memory, horizon, t int, to []float64) []float64 {
	level, at := level(m, t), t-1+horizon
	to = append(to[:0], 1, m.root(t-1)-level, m.root(t-2)-level)
	for _, back := range [...]int{6, 12, 20, 40, 90, 240} {
		to = append(to, m.mean(t-back, t)-level)
	}
	if s.days > 0 {
		var then, now float64
		for d := 1; d <= s.days; d++ {
			then += m.mean(at-d*day-7, at-d*day+8)
			now += m.mean(t-d*day-8, t-d*day+7)
		}
		to = append(to, then/float64(s.days)-level, now/float64(s.days)-level)
		to = ago(m, t, at, day, level, to)
	}
	if s.week {
		to = ago(m, t, at, week, level, to)
	}
	return to
}

// ago adds what was around the horizon, and around now, a period ago.
func ago(m *memory, t, at, period int, level float64, to []float64) []float64 {
	at -= period
	return append(to, m.mean(at-2, at+3)-level, m.mean(at-10, at+11)-level, m.mean(t-period-5, t-period)-level, m.mean(t-period-60, t-period)-level)
}

// doubts is what the size of the error of a forecast is regressed on, a one
// first. The root is what was forecast.
func (s shape) doubts(m *memory, horizon, t int, root float64, to []float64) []float64 {
	to = append(to[:0], 1, size(root), math.Abs(level(m, t)-m.mean(t-15, t)))
	for _, back := range [...]int{5, 20, 60, 240, day} {
		to = append(to, size(m.unrest(t-back, t)))
	}
	if s.days > 0 {
		at, then := t-1+horizon, 0.0
		for d := 1; d <= s.days; d++ {
			then += m.unrest(at-d*day-15, at-d*day+16)
		}
		to = append(to, size(m.unrest(at-day-15, at-day+16)), size(then/float64(s.days)))
	}
	return to
}

// size is the logarithm of x, which for nothing is not minus infinity.
func size(x float64) float64 { return math.Log(max(x, 0) + 0.02) }
