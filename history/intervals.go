package history

import (
	"math"
	"slices"
	"time"

	"headroom/capacity"
)

// A coverage says of which time each row of a table speaks.
type coverage struct {
	starts  []int64 // the rows' times, without jitter
	values  []float64
	lengths []int64 // of the intervals that start there; all 0: the rows are events
	regular bool
	runs    []run // stretches of one interval, in the order of time
	missing int   // intervals without a row, between others
	unsure  int   // rows whose interval is not certain
}

// A run is a stretch of rows that are equally far apart: each row in [from, to)
// is followed by the next after length.
type run struct {
	from, to int
	length   int64
}

// cover finds the intervals. A measurement counts for the interval that starts at
// its time and has the length that is usual where it stands; it is shorter if the
// next row comes sooner. The usual length is the one in which a run of rows
// follow each other; where it is a multiple of that of the rows around, either
// the interval has changed or measurements were lost, which the values tell if
// they are sums.
func cover(times []int64, values []float64, how capacity.Aggregate) coverage {
	c := coverage{starts: times, values: values}
	if moved := steady(times); len(moved) > 0 && &moved[0] != &times[0] {
		c.starts, c.values = joined(moved, values, how)
	}
	n := len(c.starts)
	c.lengths = make([]int64, n)
	if n < 2 {
		return c
	}
	c.runs = runsOf(c.starts)
	if len(c.runs) == 0 {
		return c
	}
	c.weigh(how)
	c.merge()
	at := 0
	for i := range n {
		for at+1 < len(c.runs) && i >= c.runs[at].to && i-c.runs[at].to >= c.runs[at+1].from-i {
			at++
		}
		length := c.runs[at].length
		if i+1 < n {
			length = min(length, c.starts[i+1]-c.starts[i])
		}
		c.lengths[i] = length
	}
	if c.regular = c.isRegular(how); !c.regular {
		clear(c.lengths)
		c.runs, c.missing, c.unsure = nil, 0, 0
	}
	return c
}

// joined puts rows that have come to the same time together.
func joined(times []int64, values []float64, how capacity.Aggregate) ([]int64, []float64) {
	var at []int64
	var out []float64
	for i := 0; i < len(times); {
		end := i + 1
		group := []point{{value: values[i]}}
		for end < len(times) && times[end] == times[i] {
			group = append(group, point{value: values[end]})
			end++
		}
		at, out = append(at, times[i]), append(out, together(group, how))
		i = end
	}
	return at, out
}

// alike reports whether two differences are one interval: within a twentieth,
// since a day has 23 to 25 hours and clocks drift.
func alike(a, b int64) bool {
	d := a - b
	if d < 0 {
		d = -d
	}
	return 20*d <= max(a, b)
}

// runsOf finds the runs of rows that are equally far apart, and long enough not to
// be chance.
func runsOf(times []int64) []run {
	n := len(times) - 1
	least := min(4, max(1, n/3))
	var runs []run
	for i := 0; i < n; {
		end := i + 1
		for end < n && alike(times[end+1]-times[end], times[i+1]-times[i]) {
			end++
		}
		if end-i >= least {
			runs = append(runs, run{from: i, to: end, length: typical(times[i : end+1])})
		}
		i = end
	}
	return runs
}

// typical is the median difference between neighbours, of at most a thousand.
func typical(times []int64) int64 {
	stride := max(1, (len(times)-1)/1000)
	var apart []int64
	for i := 0; i+1 < len(times); i += stride {
		apart = append(apart, times[i+1]-times[i])
	}
	slices.Sort(apart)
	return apart[len(apart)/2]
}

// usual is the run length in which most time was measured.
func usual(runs []run) int64 {
	time := map[int64]int64{}
	best := int64(0)
	for _, r := range runs {
		length := r.length
		for other := range time {
			if alike(other, length) {
				length = other
				break
			}
		}
		time[length] += int64(r.to-r.from) * r.length
		if best == 0 || time[length] > time[best] || time[length] == time[best] && length < best {
			best = length
		}
	}
	return best
}

// weigh decides for each run whose interval is a multiple of a usual one whether
// its rows were measured at longer intervals or lie between lost ones: a sum over
// a longer interval is as many times larger.
func (c *coverage) weigh(how capacity.Aggregate) {
	base := usual(c.runs)
	// Where single measurements are lost here and there, runs of the doubled
	// interval come about by chance.
	for i := range c.runs {
		r := &c.runs[i]
		times := math.Round(float64(r.length) / float64(base))
		if times < 2 || !alike(int64(times)*base, r.length) {
			continue
		}
		rows := r.to - r.from
		lost := rows < 8
		ratio, ok := 0.0, false
		if how == capacity.Sum {
			ratio, ok = c.compare(*r, base)
		}
		if ok {
			// 0: each row speaks of the whole interval; -log(times): of the base.
			lost = ratio < -math.Log(times)/2
			if distance := min(math.Abs(ratio), math.Abs(ratio+math.Log(times))); distance > math.Log(times)/3 {
				c.unsure += rows
			}
		} else if how == capacity.Sum {
			c.unsure += rows
		}
		if lost {
			r.length = base
		}
	}
}

// compare is the logarithm of the load of a run, if each of its rows speaks of
// the whole time to the next, over the load of rows of the base interval: of those
// beside it, or else of those at the same time of other days.
func (c *coverage) compare(r run, base int64) (ratio float64, ok bool) {
	const near = 3
	var ratios []float64
	edge := func(from, to, first, last int) { // rows [from, to) of the run, rows [first, last) beside it
		inside, outside := c.load(from, to, r.length, 0), c.load(max(0, first), min(last, len(c.starts)), base, base)
		if inside > 0 && outside > 0 {
			ratios = append(ratios, math.Log(inside/outside))
		}
	}
	half := min(near, r.to-r.from)
	edge(r.from, r.from+half, r.from-2*near, r.from)
	edge(r.to-half, r.to, r.to+1, r.to+1+2*near)
	// The load of other days at the same time.
	var others []float64
	stride := max(1, (r.to-r.from)/50)
	for i := r.from; i < r.to; i += stride {
		for _, days := range []int64{-7, -1, 1, 7, -2, 2, -14} {
			at, _ := slices.BinarySearch(c.starts, c.starts[i]+days*int64(24*time.Hour))
			if at >= r.from && at < r.to || at+1 >= len(c.starts) {
				continue
			}
			if outside := c.load(at, min(at+4, len(c.starts)), base, base); outside > 0 && c.values[i] > 0 {
				others = append(others, math.Log(c.values[i]/float64(r.length)/outside))
			}
		}
	}
	if len(others) > 0 {
		slices.Sort(others)
		ratios = append(ratios, others[len(others)/2])
	}
	if len(ratios) == 0 {
		return 0, false
	}
	slices.Sort(ratios)
	return ratios[len(ratios)/2], true
}

// load is the median load per nanosecond of rows that each speak of the given
// length; only of rows that the next follows after apart, if that is not 0.
func (c *coverage) load(from, to int, length, apart int64) float64 {
	var loads []float64
	for i := max(0, from); i < to; i++ {
		if apart == 0 || i+1 < len(c.starts) && alike(c.starts[i+1]-c.starts[i], apart) {
			loads = append(loads, c.values[i]/float64(length))
		}
	}
	if len(loads) == 0 {
		return 0
	}
	slices.Sort(loads)
	return loads[len(loads)/2]
}

// merge joins runs of one interval that follow each other, and drops short ones
// that only interrupt a longer interval by chance.
func (c *coverage) merge() {
	out := c.runs[:0]
	for _, r := range c.runs {
		if len(out) > 0 && alike(out[len(out)-1].length, r.length) {
			out[len(out)-1].to = r.to
			continue
		}
		out = append(out, r)
	}
	c.runs = out
}

// isRegular reports whether the rows lie on grids of their intervals, and counts
// the places that have none. The source is irregular, its rows are events, if
// fewer than four in five differences are whole intervals; or if many intervals
// have no row and the values are so low that these may simply have had no load.
func (c *coverage) isRegular(how capacity.Aggregate) bool {
	n := len(c.starts) - 1
	whole, one, at := 0, 0, 0
	for i := range n {
		for at+1 < len(c.runs) && i >= c.runs[at+1].from {
			at++
		}
		length := c.runs[at].length
		d := c.starts[i+1] - c.starts[i]
		times := (d + length/2) / length
		switch {
		case times == 1 && alike(d, length):
			one++
			whole++
		case times > 1 && absolute(d-times*length)*10 <= length:
			whole++
			c.missing += int(min(times-1, 1<<30))
		}
	}
	switch {
	case 10*one >= 9*n:
		return true
	case 5*whole < 4*n || 10*one < 3*n:
		return false
	case how != capacity.Sum:
		return true
	}
	values := slices.Clone(c.values)
	slices.Sort(values)
	return values[len(values)/4] >= 5
}

func absolute(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}

// intervals is the runs as an account names them, very short ones left out where
// there are many.
func (c *coverage) intervals() []capacity.Interval {
	var out []capacity.Interval
	for _, r := range c.runs {
		length := time.Duration(r.length).Round(time.Second)
		if length == 0 {
			length = time.Duration(r.length)
		}
		if len(out) > 0 && out[len(out)-1].Length == length {
			out[len(out)-1].Rows += r.to - r.from
			continue
		}
		out = append(out, capacity.Interval{Length: length, Rows: r.to - r.from, From: time.Unix(0, c.starts[r.from]).UTC()})
	}
	return out
}
