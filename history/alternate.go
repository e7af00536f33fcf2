package history

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"headroom/capacity"
)

// labels remember what one further column of texts, such as that of pods, says of
// each row that is kept.
type labels struct {
	place int // of the column; -1: there is none
	name  string
	known map[string]uint16
	codes []uint16
}

// mostLabels is how many labels are told apart: more are no names of parts of one
// load.
const mostLabels = 1000

// labelled is the first column beside the two that are read whose first cell is
// neither empty nor a number.
func labelled(names []string, first [][]byte, when, what int) labels {
	for i, name := range names {
		if i == when || i == what || i >= len(first) {
			continue
		}
		text := string(first[i])
		if _, err := parseNumber(text); err == nil || text == "" {
			continue
		}
		if _, err := (timeReader{zone: time.UTC}).read(text); err == nil {
			continue
		}
		return labels{place: i, name: name, known: map[string]uint16{}}
	}
	return labels{place: -1}
}

// add remembers the label of a row that was just kept.
func (l *labels) add(fields [][]byte) {
	if l.place < 0 {
		return
	}
	code, ok := l.known[string(fields[l.place])]
	if !ok {
		if len(l.known) >= mostLabels {
			*l = labels{place: -1}
			return
		}
		code = uint16(len(l.known))
		l.known[string(fields[l.place])] = code
	}
	l.codes = append(l.codes, code)
}

// align puts rows of different labels that alternate in time, as pods do that are
// measured at different seconds, on common times, so that they can be put
// together. Without a word on how, they are refused.
func (r *Rows) align(l labels, across capacity.Aggregate) error {
	if l.place < 0 || len(l.known) < 2 || len(l.codes) != len(r.points) || len(r.points) < 10*len(l.known) {
		return nil
	}
	order := make([]int, len(r.points))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(r.points[a].at, r.points[b].at) })
	changes, together := 0, 0
	for k := 1; k < len(order); k++ {
		if l.codes[order[k]] != l.codes[order[k-1]] {
			changes++
		}
		if r.points[order[k]].at == r.points[order[k-1]].at {
			together++
		}
	}
	if 2*changes < len(order) || 4*together >= len(order) {
		return nil
	}
	each := make([][]int64, len(l.known)) // the times of each label, in order
	for _, i := range order {
		each[l.codes[i]] = append(each[l.codes[i]], r.points[i].at)
	}
	var lengths []int64
	for _, times := range each {
		if len(times) > 1 {
			lengths = append(lengths, typical(times))
		}
	}
	if len(lengths) == 0 {
		return nil
	}
	slices.Sort(lengths)
	grid := rounded(lengths[len(lengths)/2])
	// Labels that take turns and each speak of the time to the next row are states,
	// not parts: parts come several to an interval.
	if all := typical(sorted(r.points, order)); grid <= 0 || 3*all > 2*grid {
		return nil
	}
	if !regularly(each, grid) {
		return nil // the labels come and go, as a state does
	}
	if across == "" {
		return r.fault("as a whole", l.name, fmt.Errorf("it tells %d parts of the load apart, such as pods, zones or hosts, whose rows alternate in time, each every %s: say how they go together by demand.across (--across): sum, mean or max",
			len(l.known), capacity.Brief(time.Duration(grid).Round(time.Second))))
	}
	means := make([]int64, len(each))
	for code, times := range each {
		means[code], _ = circular(times, grid)
	}
	base := means[l.codes[order[0]]] // where the intervals of the first part start
	for i := range r.points {
		r.points[i].at = slot(r.points[i].at, grid, means[l.codes[i]])*grid + base
	}
	r.Counts.Parts = len(l.known)
	return nil
}

// regularly reports whether nearly all rows of each label follow the one before after
// a whole number of intervals, and mostly after one.
func regularly(each [][]int64, grid int64) bool {
	one, whole, all := 0, 0, 0
	for _, times := range each {
		for i := 1; i < len(times); i++ {
			d := times[i] - times[i-1]
			n := (d + grid/2) / grid
			all++
			if n >= 1 && 4*absolute(d-n*grid) <= grid {
				if whole++; n == 1 {
					one++
				}
			}
		}
	}
	return 10*whole >= 9*all && 2*one >= all
}

// rounded is the usual interval within a tenth of a length, or else the length.
func rounded(length int64) int64 {
	for _, usual := range usualIntervals {
		if 10*absolute(int64(usual)-length) <= length {
			return int64(usual)
		}
	}
	return length
}

// sorted is the times of points in the given order.
func sorted(points []point, order []int) []int64 {
	times := make([]int64, len(order))
	for k, i := range order {
		times[k] = points[i].at
	}
	return times
}
