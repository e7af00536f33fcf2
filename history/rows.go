package history

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"headroom/capacity"
)

// Rows are the measurements of one object, in the order of time, one for each
// time.
type Rows struct {
	Object string // its key, which is also its rank among objects that hold the same time
	Bytes  int64  // of the object as it is stored
	Counts Counts

	points      []point
	from, to    int64 // bounds of what is kept
	first, last int64 // of everything in the object, kept or not
	any         bool
	folds       []fold // in the order of the object, while it is read
}

// Counts is what became of the rows of objects that are no measurement of their
// own.
type Counts struct {
	Empty    int `json:",omitempty"` // they hold no value
	Infinite int `json:",omitempty"` // their value is infinite, which is no measurement
	Repeated int `json:",omitempty"` // they repeat another row exactly
	Combined int `json:",omitempty"` // they were put together with another of the same time
	Parts    int `json:",omitempty"` // parts of the load whose rows alternate in time
	Fewer    int `json:",omitempty"` // rows that the newest times lack beside all others
	Folded   int `json:",omitempty"` // their time occurs twice, and was told by the order of the rows
}

func (c *Counts) add(o Counts) {
	c.Empty += o.Empty
	c.Infinite += o.Infinite
	c.Repeated += o.Repeated
	c.Combined += o.Combined
	c.Folded += o.Folded
	c.Parts = max(c.Parts, o.Parts)
	c.Fewer = o.Fewer // objects are added in the order of their keys
}

// A point is one measurement. The place is its line in a text, and otherwise its
// number among the rows.
type point struct {
	at    int64 // nanoseconds since 1970
	value float64
	place int32
	rest  uint32 // a checksum of the whole row, where it may hold more than time and value
}

// A fold is a row whose time the wall clock shows twice.
type fold struct {
	row   int
	later int64
}

// Len is the number of measurements.
func (r *Rows) Len() int { return len(r.points) }

// keep bounds what is kept to [from, to); a zero from or to is no bound.
func (r *Rows) keep(from, to time.Time) { r.from, r.to = bounds(from, to) }

// bounds turns [from, to) into the first and the last time inside it.
func bounds(from, to time.Time) (low, high int64) {
	low, high = math.MinInt64, math.MaxInt64
	if !from.IsZero() {
		low = from.UnixNano()
	}
	if !to.IsZero() {
		high = to.UnixNano() - 1
	}
	return low, high
}

// add appends one measurement; NaN and an infinite value are missing ones.
func (r *Rows) add(t stamp, value float64, place, limit int, rest uint32) error {
	switch {
	case math.IsNaN(value):
		r.Counts.Empty++
		return nil
	case math.IsInf(value, 0):
		r.Counts.Infinite++
		return nil
	case value < 0:
		return fmt.Errorf("the load %v is negative; leave the cell empty if nothing was measured", value)
	}
	if !r.any {
		r.first, r.last, r.any = t.at, t.at, true
	}
	r.first, r.last = min(r.first, t.at), max(r.last, t.at)
	if t.at < r.from || t.at > r.to {
		return nil
	}
	if len(r.points) >= limit {
		return fmt.Errorf("the object holds more than %d measurements of the time that is read; write them at longer intervals, split the object, or shorten demand.window", limit)
	}
	if t.later != 0 {
		r.folds = append(r.folds, fold{len(r.points), t.later})
	}
	r.points = append(r.points, point{t.at, value + 0, int32(min(place, math.MaxInt32)), rest}) // -0 becomes 0
	return nil
}

// finish puts the rows in the order of time, one for each time. The places are
// called by noun, such as line.
func (r *Rows) finish(across capacity.Aggregate, noun string) error {
	r.unfold()
	byTime := func(a, b point) int { return cmp.Compare(a.at, b.at) }
	if !slices.IsSortedFunc(r.points, byTime) {
		slices.SortStableFunc(r.points, byTime)
	}
	return r.combine(across, noun)
}

// unfold decides for each row whose time the wall clock shows twice which of the
// two it is: where more rows have the time than have other times, the first half
// of them, in the order of the object, comes first.
func (r *Rows) unfold() {
	if len(r.folds) == 0 {
		return
	}
	usual := r.usualRowsPerTime()
	groups := map[int64][]fold{}
	var times []int64
	for _, f := range r.folds {
		at := r.points[f.row].at
		if groups[at] == nil {
			times = append(times, at)
		}
		groups[at] = append(groups[at], f)
	}
	descending := len(r.points) > 1 && r.points[0].at > r.points[len(r.points)-1].at
	for _, at := range times {
		group := groups[at]
		if len(group) <= usual {
			continue // one hour is missing, and the first is as likely as the second
		}
		half := len(group) / 2
		for i, f := range group {
			if (i >= half) != descending {
				r.points[f.row].at = f.later
			}
			r.Counts.Folded++
		}
		r.last = max(r.last, group[0].later)
	}
	r.folds = nil
}

// usualRowsPerTime is how many rows most times have, those that occur twice left
// out.
func (r *Rows) usualRowsPerTime() int {
	folded := map[int]bool{}
	for _, f := range r.folds {
		folded[f.row] = true
	}
	perTime := map[int64]int{}
	for i, p := range r.points {
		if !folded[i] {
			if perTime[p.at]++; len(perTime) > 1000 {
				break
			}
		}
	}
	var counts []int
	for _, n := range perTime {
		counts = append(counts, n)
	}
	if len(counts) == 0 {
		return 1
	}
	slices.Sort(counts)
	return counts[len(counts)/2]
}

// combine leaves one point for each time. Several with one time are put together
// as across says; without it they have to be equal.
func (r *Rows) combine(across capacity.Aggregate, noun string) error {
	out := r.points[:0]
	var sizes []int32 // how many rows each time has
	for i := 0; i < len(r.points); {
		end := i + 1
		for end < len(r.points) && r.points[end].at == r.points[i].at {
			end++
		}
		p := r.points[i]
		if across != "" {
			sizes = append(sizes, int32(end-i))
		}
		if n := end - i; n > 1 {
			group := r.points[i:end]
			switch differ := slices.IndexFunc(group, func(q point) bool { return q.value != p.value || q.rest != p.rest }); {
			case across != "":
				p.value = together(group, across)
				r.Counts.Combined += n
			case differ > 0:
				other := group[differ]
				r.points = append(out, r.points[i:]...)
				return r.conflict(p, other, noun)
			default:
				r.Counts.Repeated += n - 1
			}
		}
		out = append(out, p)
		i = end
	}
	r.points = out
	r.Counts.Fewer = fewer(sizes)
	return nil
}

// fewer is how many rows the newest times lack that nearly all others have: a part
// of the load that is measured no more. It is 0 where the number of rows varies.
func fewer(sizes []int32) int {
	const newest = 3
	if len(sizes) < 20 {
		return 0
	}
	usual := slices.Sorted(slices.Values(sizes))[len(sizes)/2]
	same := 0
	for _, n := range sizes {
		if n == usual {
			same++
		}
	}
	lack := usual
	for _, n := range sizes[len(sizes)-newest:] {
		lack = min(lack, usual-n)
	}
	if 4*same < 3*len(sizes) || lack <= 0 {
		return 0
	}
	return int(lack)
}

// together is what several measurements of one time come to.
func together(group []point, across capacity.Aggregate) float64 {
	sum, most := 0.0, 0.0
	for _, p := range group {
		sum += p.value
		most = max(most, p.value)
	}
	switch across {
	case capacity.Sum:
	case capacity.Mean:
		return sum / float64(len(group))
	case capacity.Max:
		return most
	}
	return sum
}

// conflict says that rows of one time differ, such as the two given, and what
// they would come to.
func (r *Rows) conflict(a, b point, noun string) error {
	rows, times := 0, 0
	sum, mean := 0.0, 0.0
	for i := 0; i < len(r.points); {
		end := i + 1
		for end < len(r.points) && r.points[end].at == r.points[i].at {
			end++
		}
		if end-i > 1 {
			rows, times = rows+end-i, times+1
		}
		group := r.points[i:end]
		sum += together(group, capacity.Sum)
		mean += together(group, capacity.Mean)
		i = end
	}
	at := time.Unix(0, a.at).UTC().Format(time.RFC3339)
	differ := fmt.Sprintf("differ (%s and %s)", capacity.Figure(a.value), capacity.Figure(b.value))
	if a.value == b.value {
		differ = "differ in another column"
	}
	return r.fault(fmt.Sprintf("%ss %d and %d", noun, a.place, b.place), "", fmt.Errorf(
		"both measure %s, and %s, as do others: %d rows share %d times; added up the object comes to %s, averaged to %s: say how they go together by demand.across (--across), sum if they are parts of one load such as pods, zones or hosts, or mean or max; or remove those that are wrong",
		at, differ, rows, times, capacity.Figure(sum), capacity.Figure(mean)))
}

// fault says where in the object the trouble is: the line or row, and, if it
// is one cell, the column.
func (r *Rows) fault(where, column string, err error) error {
	if column != "" {
		where += fmt.Sprintf(", column %q", column)
	}
	return fmt.Errorf("read %q: %s: %w: %w", r.Object, where, err, capacity.ErrBadData)
}

// damaged says that the object is not what it was when it was written.
func (r *Rows) damaged(what string) error {
	return fmt.Errorf("read %q: %s; nothing was stored or changed; upload it again or remove it: %w", r.Object, what, capacity.ErrBadData)
}
