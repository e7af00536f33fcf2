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

// ToSeries puts the measurements of t into steps of d.Step, aggregated as
// d.Aggregate says, and gives an account of it. Its rules:
//
//   - A regular measurement speaks for one interval that starts at its time. The
//     length of the interval may change inside the history, times may jitter, and
//     measurements may be lost: see [cover]. A sum counts for each step by the
//     part of its interval that lies inside.
//   - Steps start where measured intervals start, and as near to whole multiples
//     of the step on the wall clock of d.Timezone as that allows: at the half hour
//     of UTC in India, at midnight if they are days. Steps that do not fit into
//     a change of the clock are put on the wall clock.
//   - A sum over a step of which at least half was measured is scaled up to all
//     of it; with less it is a gap. A mean or a maximum is that of what is there.
//   - A step without any measurement is a gap, NaN. The series starts with the
//     first step that is none.
//   - The last step is dropped unless the measurements reach to its end; of an
//     irregular source this cannot be known, so it always is. A step that is still
//     being measured would look like a collapse of demand.
//   - An irregular source is a list of events: a sum is the sum of what is there.
//   - A few rows that are far from all others in time are left out, and counted.
//
// The errors are ErrNoData if no complete step is left, ErrBadPolicy if the step
// or the aggregate is impossible or the measurements are further apart than the
// step, ErrBadData if the table spans more than 16 Mi steps, and ErrBadSeries if
// an aggregate overflows.
func ToSeries(t Table, d capacity.Demand) (capacity.Series, capacity.LoadSummary, error) {
	a := account(t, d)
	fail := func(err error) (capacity.Series, capacity.LoadSummary, error) {
		return capacity.Series{}, a, err
	}
	switch {
	case d.Step <= 0:
		return fail(fmt.Errorf("demand.step is %v; it must be positive: %w", d.Step, capacity.ErrBadPolicy))
	case d.Aggregate != capacity.Sum && d.Aggregate != capacity.Mean && d.Aggregate != capacity.Max:
		return fail(fmt.Errorf("demand.aggregate %q is none of sum, mean and max: %w", d.Aggregate, capacity.ErrBadPolicy))
	case t.Rows() == 0:
		return fail(fmt.Errorf("the table has no rows: %w", capacity.ErrNoData))
	}
	times, values := setAside(t.times, t.values, &a)
	if most := int64(1) << 62; times[0] < -most || times[len(times)-1] > most {
		return fail(fmt.Errorf("the measurements reach from %s to %s; remove those with a stray time: %w", t.From().Format(time.RFC3339), t.To().Format(time.RFC3339), capacity.ErrBadData))
	}
	c := cover(times, values, d.Aggregate)
	c.describe(&a)
	if longest := usual(c.runs); longest > int64(d.Step) && !alike(longest, int64(d.Step)) {
		apart := time.Duration(longest).Round(time.Second)
		return fail(fmt.Errorf("measurements are %s apart, so steps of %s cannot be told: set demand.step to at least %s: %w", capacity.Brief(apart), capacity.Brief(d.Step), capacity.Brief(apart), capacity.ErrBadPolicy))
	}
	g := newGrid(c, d)
	if g.steps > maxSteps {
		return fail(fmt.Errorf("%s to %s has %d steps of %v; remove the measurement with the stray time, or set a longer demand.step: %w",
			t.From().Format(time.RFC3339), t.To().Format(time.RFC3339), g.steps, d.Step, capacity.ErrBadData))
	}
	filled := g.fill(c, d.Aggregate)
	first, last := 0, len(filled)
	for first < last && math.IsNaN(filled[first]) {
		first++
	}
	if first == last {
		return fail(fmt.Errorf("%s from %s to %s fill no whole step of %s; wait, or set a shorter demand.step: %w",
			capacity.Count(t.Rows(), "measurement"), t.From().Format(time.RFC3339), t.To().Format(time.RFC3339), capacity.Brief(d.Step), capacity.ErrNoData))
	}
	s := capacity.Series{Start: time.Unix(0, g.start).UTC(), Step: d.Step, Values: filled}.Slice(first, last)
	finish(&a, s)
	return s, a, s.Validate()
}

// A grid is the steps of a series.
type grid struct {
	start, step int64
	steps       int64
	wall        *time.Location // nil: steps are the same in every season
	end         int64          // the offset of the zone there
}

// newGrid lays out the steps from the first measurement to the last that is
// complete.
func newGrid(c coverage, d capacity.Demand) grid {
	g := grid{step: int64(d.Step)}
	last := len(c.starts) - 1
	zone := d.Zone()
	g.end = int64(offsetAt(time.Unix(0, c.starts[last]), zone))
	for _, t := range []int64{c.starts[0], c.starts[0] + 91*int64(24*time.Hour), c.starts[0] + 182*int64(24*time.Hour), c.starts[last]} {
		if shift := int64(offsetAt(time.Unix(0, min(t, c.starts[last])), zone)) - g.end; shift%g.step != 0 {
			g.wall = zone
		}
	}
	phase := mod(-g.end, g.step) // of the starts of steps, on the wall clock
	if c.regular && len(c.runs) > 0 {
		interval := min(c.runs[len(c.runs)-1].length, g.step)
		if g.step%interval == 0 {
			if off := mod(c.starts[last]-phase, interval); 2*off > interval {
				phase += off - interval
			} else {
				phase += off
			}
		}
	}
	first := g.at(c.starts[0])
	g.start = phase + floorDiv(first-phase, g.step)*g.step
	end := g.at(c.starts[last])
	if c.regular {
		end += c.lengths[last]
	}
	g.steps = (end - g.start) / g.step
	return g
}

// at is where a time lies on the grid: where the wall clock puts it, if steps do
// not fit into a change of the clock.
func (g grid) at(t int64) int64 {
	if g.wall == nil {
		return t
	}
	return t + int64(offsetAt(time.Unix(0, t), g.wall)) - g.end
}

// A cell is what was measured of one step.
type cell struct {
	sum     float64 // of sums, or of levels times the time for which they held
	most    float64
	covered int64 // of the time of the step
	rows    int
}

// fill aggregates the measurements of each step.
func (g grid) fill(c coverage, how capacity.Aggregate) []float64 {
	cells := make([]cell, g.steps)
	for i, t := range c.starts {
		from := g.at(t)
		length := c.lengths[i]
		if g.wall != nil && i+1 < len(c.starts) && c.regular {
			length = min(max(0, g.at(c.starts[i+1])-from), c.nominal(i))
		}
		if !c.regular || length == 0 {
			if k := floorDiv(from-g.start, g.step); k >= 0 && k < g.steps {
				cells[k].add(c.values[i], c.values[i], 0)
			}
			continue
		}
		for k := max(0, floorDiv(from-g.start, g.step)); k < g.steps; k++ {
			low := g.start + k*g.step
			inside := min(from+length, low+g.step) - max(from, low)
			if inside <= 0 {
				break
			}
			part := c.values[i]
			if how != capacity.Sum {
				part *= float64(inside)
			} else if inside < length {
				part *= float64(inside) / float64(length)
			}
			most := 0.0
			if 2*inside >= min(length, g.step) {
				most = c.values[i]
			}
			cells[k].add(part, most, inside)
		}
	}
	values := make([]float64, g.steps)
	for k := range cells {
		values[k] = cells[k].value(how, g.step, c.regular)
	}
	return values
}

// nominal is the usual length of the interval of row i.
func (c coverage) nominal(i int) int64 {
	for _, r := range c.runs {
		if i < r.to {
			return r.length
		}
	}
	return c.runs[len(c.runs)-1].length
}

func (c *cell) add(sum, most float64, covered int64) {
	c.sum += sum
	c.most = max(c.most, most)
	c.covered += covered
	c.rows++
}

// value is what the step comes to, NaN if too little of it was measured.
func (c cell) value(how capacity.Aggregate, step int64, regular bool) float64 {
	switch {
	case c.rows == 0:
		return math.NaN()
	case !regular && how == capacity.Sum:
		return c.sum
	case !regular && how == capacity.Mean:
		return c.sum / float64(c.rows)
	case how == capacity.Max:
		if regular && 10*c.covered < step {
			return math.NaN()
		}
		return c.most
	case how == capacity.Mean:
		if 10*c.covered < step {
			return math.NaN()
		}
		return c.sum / float64(c.covered)
	case 2*c.covered < step:
		return math.NaN()
	case c.covered == step:
		return c.sum
	}
	return c.sum * (float64(step) / float64(c.covered))
}
