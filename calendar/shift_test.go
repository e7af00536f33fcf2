package calendar_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"headroom/calendar"
)

func TestLastShift(t *testing.T) {
	for _, ratio := range []float64{0.4, 0.5, 0.7, 1.3, 1.5, 2} {
		for _, at := range []int{8, 17, 25, 31} {
			t.Run(fmt.Sprintf("%v on day %d", ratio, at), func(t *testing.T) {
				s := daily(35)
				for i := 24 * at; i < s.Len(); i++ {
					s.Values[i] *= ratio
				}
				got, ok := calendar.LastShift(s)
				if !ok || !got.At.Equal(s.At(24*at)) || math.Abs(got.Ratio/ratio-1) > 0.05 {
					t.Errorf("got %v at %s (%v), want %v at %s", got.Ratio, got.At.Format(time.DateOnly), ok, ratio, s.At(24*at).Format(time.DateOnly))
				}
			})
		}
	}
}

func TestLastShift_None(t *testing.T) {
	for name, change := range map[string]func(i int) float64{
		"stationary":            func(int) float64 { return 1 },
		"doubles in five weeks": func(i int) float64 { return math.Exp2(float64(i) / (35 * 24)) },
		"a week of holidays": func(i int) float64 {
			if i/24 >= 14 && i/24 < 21 {
				return 0.6
			}
			return 1
		},
		"one busy day": func(i int) float64 {
			if i/24 == 20 {
				return 3
			}
			return 1
		},
		"a busy start": func(i int) float64 {
			if i/24 < 4 {
				return 2
			}
			return 1
		},
		"small":                func(i int) float64 { return 1 + 0.15*float64(i/24/18) },
		"only since yesterday": func(i int) float64 { return 1 + float64(i/24/34) },
	} {
		t.Run(name, func(t *testing.T) {
			s := daily(35)
			for i := range s.Values {
				s.Values[i] *= change(i)
			}
			if got, ok := calendar.LastShift(s); ok {
				t.Errorf("got a shift to %v on %s, want none", got.Ratio, got.At.Format(time.DateOnly))
			}
		})
	}
	if got, ok := calendar.LastShift(daily(20)); ok {
		t.Errorf("got %v from less than three weeks, want none", got)
	}
}
