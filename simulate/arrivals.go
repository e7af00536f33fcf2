package simulate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"headroom/capacity"
)

// Arrivals puts load inside the steps of a coarse trace. A trace of hourly
// means, drawn as a line, flatters every policy that reacts; real load comes in
// lumps. The zero Arrivals is a Poisson process in ticks of 15 s.
type Arrivals struct {
	// Tick is the step of what comes out. Zero: 15 s.
	Tick time.Duration
	// Size is how much load one arrival brings, such as tokens per request.
	// Zero: 1.
	Size float64
	// Burstiness is the coefficient of variation of the time between arrivals,
	// as ServeGen publishes it (Xiang et al., arXiv 2505.09999). Counts then
	// vary by its square times what they would as a Poisson process (Cox and
	// Lewis, The statistical analysis of series of events, 1966): they are drawn
	// from a negative binomial, a Poisson process whose rate is a gamma variable
	// in each tick. One or less, also zero: Poisson.
	Burstiness float64
	Seed       uint64
}

// Spread is trace, load per second in coarse steps, as load per second in
// ticks. The mean is interpolated linearly between the middles of the steps,
// arrivals are drawn around it, and then each step is scaled to the sum that
// was recorded, which is a fact. A step that is missing is missing in all of
// its ticks, and its neighbours are interpolated without it. A trace whose step
// is one tick comes out as it is. The error is an [capacity.ErrBadSeries].
func (a Arrivals) Spread(trace capacity.Series) (capacity.Series, error) {
	tick, size := a.Tick, a.Size
	if tick == 0 {
		tick = 15 * time.Second
	}
	if size == 0 {
		size = 1
	}
	if err := trace.Validate(); err != nil {
		return capacity.Series{}, fmt.Errorf("spread arrivals: %w", err)
	}
	if tick < 0 || trace.Step%tick != 0 || trace.Len() > mostTicks/int(trace.Step/tick) {
		return capacity.Series{}, fmt.Errorf("spread %d steps of %v into ticks of %v, take ticks that divide the step: %w", trace.Len(), trace.Step, tick, capacity.ErrBadSeries)
	}
	if !(size > 0) || math.IsInf(size, 0) || !(a.Burstiness >= 0) || math.IsInf(a.Burstiness, 0) {
		return capacity.Series{}, fmt.Errorf("spread arrivals of size %v and burstiness %v, use positive numbers: %w", size, a.Burstiness, capacity.ErrBadSeries)
	}
	per := int(trace.Step / tick)
	out := capacity.Series{Start: trace.Start, Step: tick, Values: make([]float64, 0, per*trace.Len())}
	if per == 1 {
		out.Values = append(out.Values, trace.Values...)
		return out, nil
	}
	counts := counter{source: rand.NewPCG(a.Seed, 0), dispersion: max(1, a.Burstiness*a.Burstiness)}
	arrivals := tick.Seconds() / size
	line := make([]float64, per)
	for i, v := range trace.Values {
		interpolate(line, trace.Values, i)
		drawn := make([]float64, per)
		if v > 0 {
			for j, m := range line {
				drawn[j] = counts.draw(m*arrivals) / arrivals
			}
		}
		if !(mean(drawn) > 0) {
			drawn = line // nothing arrived in the draw, but it did in the record
		}
		for _, x := range drawn {
			out.Values = append(out.Values, x*ratio(v, mean(drawn)))
		}
	}
	return out, nil
}

// interpolate fills line with step i of values, between the middles of its
// neighbours. What is missing, or beyond the ends, is taken as step i itself.
func interpolate(line, values []float64, i int) {
	v := values[i]
	neighbour := func(j int) float64 {
		if j < 0 || j >= len(values) || math.IsNaN(values[j]) {
			return v
		}
		return values[j]
	}
	before, after := neighbour(i-1), neighbour(i+1)
	for j := range line {
		if x := (float64(j)+0.5)/float64(len(line)) - 0.5; x < 0 {
			line[j] = v + x*(v-before)
		} else {
			line[j] = v + x*(after-v)
		}
	}
}

// A counter draws counts of which the variance is dispersion times the mean.
type counter struct {
	source     rand.Source
	dispersion float64
}

func (c counter) draw(mean float64) float64 {
	if !(mean > 0) {
		return 0
	}
	if c.dispersion > 1 {
		// A gamma of shape mean/(d-1) and mean mean, so that the count's
		// variance is mean + mean·(d-1).
		mean = distuv.Gamma{Alpha: mean / (c.dispersion - 1), Beta: 1 / (c.dispersion - 1), Src: c.source}.Rand()
		if !(mean > 0) {
			return 0
		}
	}
	return distuv.Poisson{Lambda: mean, Src: c.source}.Rand()
}
