package baseline

import (
	"time"

	"headroom/capacity"
	"headroom/simulate"
)

// Policies are those that need no more than what was measured, with their
// defaults.
func Policies() []simulate.Policy {
	return []simulate.Policy{
		StaticPeak{},
		StaticMean{},
		Dynamic{},
		Threshold{},
		HPA{},
		TargetTracking{},
		TargetTracking{Fast: true},
		AWSPredictive{},
		Lookback{},
		LastValue{},
		HoltWinters{},
		Crane{},
		Knative{},
		Cron{},
	}
}

// Foresight are the policies that know the load to come: truth is the whole
// load of the case, ticks as they are there.
func Foresight(truth capacity.Series) []simulate.Policy {
	return []simulate.Policy{PerfectHPA{Truth: truth}, Oracle{Truth: truth}, InstantOracle{Truth: truth}}
}

// targets are utilisations worth trying.
func targets() []float64 {
	return []float64{1.1, 1.05, 1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2}
}

// multiples are factors on a forecast worth trying.
func multiples() []float64 {
	return []float64{0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.35, 1.5, 1.75, 2, 2.5, 3, 4}
}

// or is v, or its default if v is zero.
func or(v, otherwise float64) float64 {
	if v == 0 {
		return otherwise
	}
	return v
}

// intoWeek is how many minutes after Monday midnight start is, on its own clock.
func intoWeek(start time.Time) int {
	day := (int(start.Weekday()) + 6) % 7
	return day*24*60 + start.Hour()*60 + start.Minute()
}
