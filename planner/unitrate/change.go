package unitrate

import (
	"cmp"
	"math"
	"slices"
	"time"
)

const (
	fewestBefore = 30   // samples before a change
	leastChange  = 0.05 // of what a unit serves, by its logarithm
	// clearly is how many standard errors a change must have: the largest of
	// about thirty candidates that are not independent.
	clearly = 5
	// doubted is how many standard errors the newest samples may be below the
	// others before they lower a rate.
	doubted = 2
	// mostChanges bounds how often the newest part is searched again.
	mostChanges = 8
	// nearAim is how far a latency may be from the aim to say what a unit serves:
	// far below it, latency hardly depends on load.
	nearAim = 1.25
)

// A change is what the newest samples say of what a unit serves.
type change struct {
	first int     // sample since the newest break; 0: there is none
	drop  float64 // by how much, as a logarithm, the newest samples are surely lower
}

// newestChange finds the newest break in what a unit serves: samples before it
// say nothing about the units of today.
//
// At each candidate, what a unit serves after it is compared with that before it
// at the same load per unit; beyond the load per unit that was seen before, the
// utilisation is taken to be in proportion to it. A difference counts if it is
// large against that of windows before the candidate, which are as long: so days,
// weekends and slow noise are no changes.
func newestChange(used []Sample, aim Aim) change {
	var out change
	for range mostChanges {
		next := clearest(used[out.first:], aim)
		out.first, out.drop = out.first+next.first, next.drop
		if next.first == 0 {
			break
		}
	}
	return out
}

// clearest is the clearest change.
func clearest(used []Sample, aim Aim) change {
	points := make([]point, 0, len(used))
	for i, s := range used {
		if x, ok := aim.capability(s); ok {
			points = append(points, point{i, math.Log(s.Load / s.Units), math.Log(x)})
		}
	}
	var out change
	var ages []int
	for age := fewestAfter(used); age <= len(points)-fewestBefore; age += max(1, age/4) {
		ages = append(ages, age)
	}
	sorted := byLoad(points)
	best := 0.0
	for k, age := range ages {
		before, after := points[:len(points)-age], points[len(points)-age:]
		size, errors := newReference(sorted, after[0].index).compare(before, after)
		if used[after[0].index].At.After(used[len(used)-1].At.Add(-day)) && errors < -doubted {
			out.drop = min(out.drop, size*(1+doubted/errors))
		}
		if math.Abs(size) < leastChange || math.Abs(errors) < max(clearly, best) {
			continue
		}
		best = math.Abs(errors)
		// Half of the samples after a candidate make a median, so the change is not
		// much older, and up to less than half as old.
		low, high := 0, len(points)-max(ages[0], age*2/5)
		if k+1 < len(ages) {
			low = len(points) - ages[k+1]
		}
		low = max(low, fewestBefore)
		out.first = points[newReference(sorted, points[low].index).cut(points, low, high)].index
	}
	return out
}

// fewestAfter is how many samples there must be after a change: those of an
// hour, but at least three and at most six.
func fewestAfter(used []Sample) int {
	if len(used) < 2 {
		return 6
	}
	step := used[len(used)-1].At.Sub(used[0].At) / time.Duration(len(used)-1)
	return int(min(6, max(3, time.Hour/max(1, step))))
}

// capability is a sample's word on the load that a unit serves at the aim, and
// whether it has one.
func (a Aim) capability(s Sample) (float64, bool) {
	x := s.Load / s.Units
	if a.Signal == Latency {
		return x, s.Signal >= a.At/nearAim && s.Signal <= a.At*nearAim
	}
	return x / s.Signal * a.At, s.Signal > 0
}

// A point is a sample that says what a unit serves.
type point struct {
	index   int
	x, able float64 // logarithms of load per unit, and of the load served at the aim
}

const (
	mostBins   = 12
	leastNoise = 0.01
)

// A reference is what units served before a candidate, by load per unit.
type reference struct {
	x, able []float64 // medians of bins, x ascending
	noise   []float64 // of able in a bin, as a standard deviation
}

// byLoad is points in the order of their load per unit.
func byLoad(points []point) []point {
	sorted := slices.Clone(points)
	slices.SortFunc(sorted, func(a, b point) int { return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.index, b.index)) })
	return sorted
}

// newReference is that of the points before an index, of points in the order of
// their load per unit.
func newReference(byLoad []point, index int) reference {
	sorted := make([]point, 0, len(byLoad))
	for _, p := range byLoad {
		if p.index < index {
			sorted = append(sorted, p)
		}
	}
	bins := min(mostBins, len(sorted)/5)
	var r reference
	able := make([]float64, 0, len(sorted))
	for b := range bins {
		part := sorted[b*len(sorted)/bins : (b+1)*len(sorted)/bins]
		able = able[:0]
		for _, p := range part {
			able = append(able, p.able)
		}
		middle := quantile(able, 0.5)
		for i := range able {
			able[i] = math.Abs(able[i] - middle)
		}
		r.x, r.able = append(r.x, part[len(part)/2].x), append(r.able, middle)
		r.noise = append(r.noise, max(leastNoise, 1.48*quantile(able, 0.5)))
	}
	return r
}

// miss is by how much a point lies above what the reference has at its load, and
// how noisy points are there.
func (r reference) miss(p point) (miss, noise float64) {
	k, _ := slices.BinarySearch(r.x, p.x)
	switch {
	case k == 0:
		return p.able - r.able[0], r.noise[0]
	case k == len(r.x):
		return p.able - r.able[k-1], r.noise[k-1]
	}
	share := 0.5
	if wide := r.x[k] - r.x[k-1]; wide > 0 {
		share = (p.x - r.x[k-1]) / wide
	}
	return p.able - (r.able[k-1]*(1-share) + r.able[k]*share), r.noise[k-1]*(1-share) + r.noise[k]*share
}

// middle is the median miss of points, each in units of its noise, and as it is.
func (r reference) middle(points []point) (noises, plain float64) {
	inNoises, asItIs := make([]float64, len(points)), make([]float64, len(points))
	for i, p := range points {
		miss, noise := r.miss(p)
		inNoises[i], asItIs[i] = miss/noise, miss
	}
	return quantile(inNoises, 0.5), quantile(asItIs, 0.5)
}

// compare is by how much the points after a candidate are above those before it,
// and how many standard errors that is.
func (r reference) compare(before, after []point) (size, errors float64) {
	away, size := r.middle(after)
	long := min(len(after), max(6, len(before)/8))
	windows, square := len(before)/long, 0.0
	for w := range windows {
		m, _ := r.middle(before[w*long : (w+1)*long])
		square += m * m
	}
	n := float64(windows)
	// Of few windows the spread is not known well, and a median of few points is
	// never better than this.
	spread := math.Sqrt(square/n)*(1+2/n) + 0.5/math.Sqrt(float64(long))
	return size, away / (spread * math.Sqrt(1/n+float64(long)/float64(len(after))))
}

// cut is the point between low and high from which on the misses differ most
// from those before: the least squares of two means.
func (r reference) cut(points []point, low, high int) int {
	from, to := max(0, low-(high-low)), min(len(points), high+(high-low))
	total := 0.0
	misses := make([]float64, to-from)
	for i := range misses {
		miss, noise := r.miss(points[from+i])
		misses[i] = min(10, max(-10, miss/noise))
		total += misses[i]
	}
	best, most, sum := high, -1.0, 0.0
	for i, v := range misses[:len(misses)-1] {
		sum += v
		n, rest := float64(i+1), float64(len(misses)-i-1)
		if at := from + i + 1; at >= low && at <= high {
			d := sum/n - (total-sum)/rest
			if gain := d * d * n * rest; gain > most {
				best, most = at, gain
			}
		}
	}
	return best
}
