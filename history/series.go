package history

import (
	"fmt"
	"math"
	"time"

	"headroom/capacity"
)

// maxSteps bounds what one stray time can make of a series: 32 years of
// minutes.
const maxSteps = 16 << 20

// ToSeries puts the measurements of t into steps of d.Step that start at
// multiples of the step in UTC, aggregated as d.Aggregate says. Its rules:
//
//   - A step without any measurement is a gap, NaN. The series starts with the
//     first step that is none.
//   - The source's own interval is the median difference between measurements;
//     it is regular if at least 90 % of the differences equal it.
//   - A regular measurement speaks for one interval that starts at its time. A
//     sum over a step that holds at least half of the measurements it should is
//     scaled up to all of them; one with fewer is a gap. If the interval does
//     not divide the step, steps hold unequal numbers of measurements, and each
//     is scaled to the length of the step in the same way.
//   - An irregular source is a list of events: a sum is the sum of what is there.
//   - A mean or a maximum is that of what is there.
//   - The last step is dropped unless the measurements reach to its end; of an
//     irregular source nobody can tell, so it always is. A step that is still
//     being measured would look like a collapse of demand.
//
// The errors are ErrNoData if no complete step is left, ErrBadPolicy if the step
// or the aggregate is impossible or the measurements are further apart than the
// step, ErrBadData if the table spans more than 16 Mi steps, and ErrBadSeries if
// an aggregate overflows.
func ToSeries(t Table, d capacity.Demand) (capacity.Series, error) {
	if d.Step <= 0 {
		return capacity.Series{}, fmt.Errorf("demand.step is %v; it must be positive: %w", d.Step, capacity.ErrBadPolicy)
	}
	if t.Rows() == 0 {
		return capacity.Series{}, fmt.Errorf("the table has no rows: %w", capacity.ErrNoData)
	}
	typical, regular := interval(t)
	if typical > d.Step {
		return capacity.Series{}, fmt.Errorf("measurements are %v apart, so steps of %v cannot be told: set demand.step to at least %v: %w", typical, d.Step, typical, capacity.ErrBadPolicy)
	}
	if !regular {
		typical = 0
	}
	start := t.From().Truncate(d.Step)
	n := int64(t.To().Sub(start)/d.Step) + 1
	if n > maxSteps {
		return capacity.Series{}, fmt.Errorf("%s to %s has %d steps of %v; remove the measurement with the stray time, or set a longer demand.step: %w",
			t.From().Format(time.RFC3339), t.To().Format(time.RFC3339), n, d.Step, capacity.ErrBadData)
	}
	// The last step is complete if the last measurement speaks for its end.
	if !regular || t.To().Add(typical).Before(start.Add(time.Duration(n)*d.Step)) {
		n--
	}
	values, err := aggregate(t, start, d, int(n), typical)
	if err != nil {
		return capacity.Series{}, err
	}
	lead := 0
	for lead < len(values) && math.IsNaN(values[lead]) {
		lead++
	}
	if lead == len(values) {
		return capacity.Series{}, fmt.Errorf("%d measurements from %s to %s fill no whole step of %v; wait, or set a shorter demand.step: %w",
			t.Rows(), t.From().Format(time.RFC3339), t.To().Format(time.RFC3339), d.Step, capacity.ErrNoData)
	}
	s := capacity.Series{Start: start, Step: d.Step, Values: values}.Slice(lead, len(values))
	return s, s.Validate()
}

// aggregate fills n steps from start. A typical interval of 0 means that the
// source is irregular.
func aggregate(t Table, start time.Time, d capacity.Demand, n int, typical time.Duration) ([]float64, error) {
	values := make([]float64, n)
	row := 0
	for i := range values {
		end := start.Add(time.Duration(i+1) * d.Step).UnixNano()
		first := row
		for row < t.Rows() && int64(t.times[row]) < end {
			row++
		}
		var err error
		if values[i], err = one(t.values[first:row], d, typical); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// one aggregates the measurements of one step.
func one(measured []float64, d capacity.Demand, typical time.Duration) (float64, error) {
	if len(measured) == 0 {
		return math.NaN(), nil
	}
	sum, most := 0.0, 0.0
	for _, v := range measured {
		sum += v
		most = max(most, v)
	}
	switch d.Aggregate {
	case capacity.Sum:
		return whole(sum, len(measured), d.Step, typical), nil
	case capacity.Mean:
		return sum / float64(len(measured)), nil
	case capacity.Max:
		return most, nil
	}
	return 0, fmt.Errorf("demand.aggregate %q is none of sum, mean and max: %w", d.Aggregate, capacity.ErrBadPolicy)
}

// whole is what a sum of so many measurements would be if they covered the
// whole step, NaN if they cover less than half of it.
func whole(sum float64, measurements int, step, typical time.Duration) float64 {
	if typical == 0 {
		return sum
	}
	want := float64(step) / float64(typical)
	switch have := float64(measurements); {
	case 2*have < want:
		return math.NaN()
	case have < want || have == math.Ceil(want):
		return sum * (want / have)
	default:
		return sum // more than there should be: facts, not to be scaled away
	}
}
