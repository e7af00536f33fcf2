package simulate

import (
	"math"
	"slices"
)

// A Life is what became of some units that were asked for together. Times are
// ticks; what has not happened by the end of the run is at the end.
type Life struct {
	Units    int
	Asked    int // first tick that is paid for
	Ready    int // first tick that is served, or when it was given up before
	Released int // first tick that is no longer served
	Gone     int // first tick that is no longer paid for
}

// A fleet is the units of a pool while they live.
type fleet struct {
	lead, drain int // in ticks
	jitter      float64
	seed        uint64
	reclaimed   []bool
	short       []bool

	want    int // what the target was told, and heard
	waiting int // wanted, but the market does not grant it yet
	coming  []Life
	serving []Life
	leaving []Life
	ready   int // units in serving
	paid    int // units in coming, serving and leaving
	lives   []Life
}

// turn completes what is due at tick k.
func (f *fleet) turn(k int) {
	due := 0
	for due < len(f.coming) && f.coming[due].Ready <= k {
		f.ready += f.coming[due].Units
		due++
	}
	if due > 0 {
		f.serving = append(f.serving, f.coming[:due]...)
		f.coming = slices.Delete(f.coming, 0, due)
	}
	gone := 0
	for gone < len(f.leaving) && f.leaving[gone].Gone <= k {
		f.end(f.leaving[gone])
		gone++
	}
	if gone > 0 {
		f.leaving = slices.Delete(f.leaving, 0, gone)
	}
	if f.reclaimed != nil && f.reclaimed[k] {
		f.reclaim(k)
	}
	if f.waiting > 0 && !f.shortAt(k) {
		n := f.waiting
		f.waiting = 0
		f.launch(k, n)
	}
}

// set makes the fleet go towards want units.
func (f *fleet) set(k, want int) {
	more := want - f.want
	f.want = want
	switch {
	case more > 0 && f.shortAt(k):
		f.waiting += more
	case more > 0:
		f.launch(k, more)
	case more < 0:
		f.release(k, -more)
	}
}

func (f *fleet) shortAt(k int) bool { return f.short != nil && f.short[k] }

// launch requests n units that are granted at once.
func (f *fleet) launch(k, n int) {
	f.paid += n
	switch {
	case f.lead == 0:
		f.ready += n
		f.serving = append(f.serving, Life{Units: n, Asked: k, Ready: k})
	case f.jitter == 0:
		f.coming = append(f.coming, Life{Units: n, Asked: k, Ready: k + f.lead})
	default:
		random := at(f.seed, streamLead, k)
		for range n {
			lead := math.Ceil(float64(f.lead) * math.Exp(f.jitter*random.NormFloat64()))
			f.coming = append(f.coming, Life{Units: 1, Asked: k, Ready: k + int(min(lead, mostTicks))})
		}
		slices.SortStableFunc(f.coming, func(a, b Life) int { return a.Ready - b.Ready })
	}
}

// release gives up n units: those not granted, those not ready, the youngest.
func (f *fleet) release(k, n int) {
	waiting := min(n, f.waiting)
	f.waiting -= waiting
	n -= waiting
	for ; n > 0 && len(f.coming) > 0; n -= f.part(&f.coming, n, k, 0) {
	}
	for n > 0 && len(f.serving) > 0 {
		released := f.part(&f.serving, n, k, f.drain)
		f.ready -= released
		n -= released
	}
}

// part takes up to n units from the end of a queue; they are paid for another
// drain ticks.
func (f *fleet) part(queue *[]Life, n, k, drain int) int {
	last := &(*queue)[len(*queue)-1]
	l := *last
	l.Units = min(n, l.Units)
	last.Units -= l.Units
	if last.Units == 0 {
		*queue = (*queue)[:len(*queue)-1]
	}
	l.Ready, l.Released, l.Gone = min(l.Ready, k), k, k+drain
	if drain == 0 {
		f.end(l)
	} else {
		f.leaving = append(f.leaving, l)
	}
	return l.Units
}

// reclaim is the market taking all units back. What was wanted is requested
// anew.
func (f *fleet) reclaim(k int) {
	f.close(k)
	f.coming, f.serving, f.leaving = f.coming[:0], f.serving[:0], f.leaving[:0]
	f.ready, f.waiting = 0, f.want
}

// close ends the lives of all units at tick k.
func (f *fleet) close(k int) {
	for _, queue := range [][]Life{f.coming, f.serving} {
		for _, l := range queue {
			l.Ready, l.Released, l.Gone = min(l.Ready, k), k, k
			f.end(l)
		}
	}
	for _, l := range f.leaving {
		l.Gone = k
		f.end(l)
	}
}

func (f *fleet) end(l Life) {
	f.paid -= l.Units
	f.lives = append(f.lives, l)
}
