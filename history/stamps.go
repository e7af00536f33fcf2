package history

import (
	"math"
	"slices"
	"time"
)

// The intervals at which load is usually measured.
var usualIntervals = []time.Duration{
	time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second, 20 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 3 * time.Minute, 5 * time.Minute, 6 * time.Minute, 10 * time.Minute, 12 * time.Minute,
	15 * time.Minute, 20 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 3 * time.Hour, 4 * time.Hour, 6 * time.Hour, 8 * time.Hour, 12 * time.Hour, 24 * time.Hour, 7 * 24 * time.Hour,
}

// block is how many rows are looked at together: long enough to see a grid, short
// enough that it does not drift meanwhile.
const block = 500

// steady takes the jitter out of times that were stamped a little early or late:
// where they scatter around a grid, each is moved to its place on it. Times that
// are exact already, and times on no grid, are returned as they are. More than one
// time may come to the same place.
func steady(times []int64) []int64 {
	if len(times) < 8 || exact(times) {
		return times
	}
	grid := gridOf(times)
	if grid == 0 {
		return times
	}
	out := make([]int64, len(times))
	for from := 0; from < len(times); from += block {
		to := min(len(times), from+block)
		if len(times)-to < block/2 {
			to = len(times)
		}
		snap(times[from:to], out[from:to], grid)
		from = to - block
	}
	return out
}

// exact reports whether a few differences between neighbours make up nearly all
// of them.
func exact(times []int64) bool {
	counts := map[int64]int{}
	for i := 1; i < len(times); i++ {
		if counts[times[i]-times[i-1]]++; len(counts) > 10_000 {
			return false
		}
	}
	var each []int
	for _, n := range counts {
		each = append(each, n)
	}
	slices.Sort(each)
	top := 0
	for _, n := range each[max(0, len(each)-8):] {
		top += n
	}
	return 10*top >= 9*(len(times)-1)
}

// gridOf is the longest usual interval on whose grid the times lie, scattered
// around it at most by a quarter of it or so to either side; 0 if there is none.
func gridOf(times []int64) int64 {
	apart := make([]int64, len(times)-1)
	for i := range apart {
		apart[i] = times[i+1] - times[i]
	}
	slices.Sort(apart)
	low, middle := apart[len(apart)/10], apart[len(apart)/2]
	for _, interval := range slices.Backward(usualIntervals) {
		grid := int64(interval)
		if grid > 2*middle || 3*grid < 2*low {
			continue
		}
		concentrated, crowded, blocks := 0.0, 0, 0
		for from := 0; from < len(times); from += block {
			part := times[from:min(len(times), from+block)]
			if len(part) < 4 {
				continue
			}
			mean, length := circular(part, grid)
			concentrated += length
			blocks++
			crowded += crowd(part, grid, mean)
		}
		if blocks > 0 && concentrated/float64(blocks) >= 0.7 && 20*crowded <= len(times) {
			return grid
		}
	}
	return 0
}

// circular is the mean of the places of times within the grid, and how
// concentrated they are around it, from 0 to 1.
func circular(times []int64, grid int64) (mean int64, length float64) {
	x, y := 0.0, 0.0
	for _, t := range times {
		angle := 2 * math.Pi * float64(mod(t, grid)) / float64(grid)
		x += math.Cos(angle)
		y += math.Sin(angle)
	}
	n := float64(len(times))
	angle := math.Atan2(y, x)
	if angle < 0 {
		angle += 2 * math.Pi
	}
	return int64(angle / (2 * math.Pi) * float64(grid)), math.Hypot(x, y) / n
}

// crowd counts times that share a place on the grid with the one before.
func crowd(times []int64, grid, mean int64) int {
	n := 0
	for i := 1; i < len(times); i++ {
		if slot(times[i], grid, mean) == slot(times[i-1], grid, mean) {
			n++
		}
	}
	return n
}

// slot is the number of the place on the grid that is nearest to t.
func slot(t, grid, mean int64) int64 {
	return floorDiv(t-mean+grid/2, grid)
}

// snap moves times to their places on the grid. The places are at whole multiples
// of the grid if those are about where the times begin, since stamps are mostly
// late.
func snap(times, out []int64, grid int64) {
	mean, _ := circular(times, grid)
	offsets := make([]int64, len(times))
	for i, t := range times {
		offsets[i] = t - mean - slot(t, grid, mean)*grid // within half the grid of the mean
	}
	sorted := slices.Clone(offsets)
	slices.Sort(sorted)
	first, last := mean+sorted[len(sorted)/50], mean+sorted[len(sorted)-1-len(sorted)/50]
	phase := first
	for _, round := range []int64{0, grid} {
		if first-grid/10 <= round && round <= last+grid/10 {
			phase = round
		}
	}
	for i, t := range times {
		out[i] = slot(t, grid, mean)*grid + phase
	}
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func mod(a, b int64) int64 { return a - floorDiv(a, b)*b }
