package calendar_test

import (
	"math"
	"testing"
	"time"

	"headroom/calendar"
	"headroom/capacity"
)

// TestMask_SpreadOverSteps: sums of hours and longer that were spread over steps of
// 10 minutes are no value that was repeated, and a longer repetition beside them is.
func TestMask_SpreadOverSteps(t *testing.T) {
	for name, c := range map[string]struct {
		interval, offset int // steps
		stuck            bool
	}{
		"hours":                 {6, 0, false},
		"hours beside steps":    {6, 2, false},
		"two hours":             {12, 0, false},
		"four hours":            {24, 0, false},
		"hours, and a standing": {6, 0, true},
		"steps, and a standing": {1, 0, true},
	} {
		s := capacity.Series{Start: monday, Step: 10 * time.Minute, Values: make([]float64, 28*144)}
		for i := range s.Values {
			s.Values[i] = 1000 + 500*math.Sin(2*math.Pi*float64(i)/144) + 10*math.Sin(float64(i*i))
		}
		for from := 26*144 + c.offset; from+c.interval <= s.Len(); from += c.interval {
			sum := 0.0
			for _, v := range s.Values[from : from+c.interval] {
				sum += v
			}
			for i := range c.interval {
				s.Values[from+i] = sum / float64(c.interval)
			}
		}
		if c.stuck {
			for i := range 60 {
				s.Values[27*144+i] = 1234.5
			}
		}
		_, spans := calendar.Mask(s)
		if found := len(spans) == 1 && spans[0].Reason == calendar.Stuck && spans[0].From.Equal(s.At(27*144)); found != c.stuck || !c.stuck && len(spans) > 0 {
			t.Errorf("%s: masked %v, want a run of one value: %v", name, spans, c.stuck)
		}
	}
}
