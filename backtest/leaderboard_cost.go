package backtest

import (
	"math"

	"headroom/capacity"
)

// An Outlay is a model's [capacity.Outlay] over all series.
type Outlay struct {
	// Ratio is the geometric mean over series of what its plans cost over what
	// the baseline's do, at the same service.
	Ratio float64
	// Low and High hold 95 of 100 of the ratios that resampling the origins
	// gives. The same are drawn in all series that have as many, since what a day
	// brings is often shared.
	Low, High float64
	Short     float64 // mean over series of the share of steps that was short
	Missing   float64 // mean over series of missing over all unit-hours
}

// spend counts what a model's plans for one series came to.
func (s *sums) spend(x capacity.Outlay, drawn []float64) {
	s.cost.add(math.Log(x.Ratio))
	s.short.add(x.Short)
	s.missing.add(over(x.Missing, x.Missing+x.UnitHours))
	if s.drawn == nil {
		s.drawn = make([]mean, len(drawn))
	}
	for i, ratio := range drawn {
		s.drawn[i].add(math.Log(ratio))
	}
}

// outlay is what the sums of costs come to; nil if there are none.
func (s *sums) outlay() *Outlay {
	if s.cost.n == 0 {
		return nil
	}
	ratios := make([]float64, len(s.drawn))
	for i, m := range s.drawn {
		ratios[i] = math.Exp(m.value)
	}
	x := Outlay{Ratio: math.Exp(s.cost.value), Short: s.short.value, Missing: s.missing.value}
	x.Low, x.High = interval(ratios)
	return &x
}
