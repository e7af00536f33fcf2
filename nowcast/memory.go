package nowcast

import (
	"math"
	"slices"
)

// A memory is every minute seen so far, in a form in which the mean over any
// stretch costs the same.
type memory struct {
	unit  float64   // load that counts as one
	per   int       // ticks in a minute
	ticks []float64 // load in each tick, NaN where it is not known
	load  []float64 // mean of each minute, NaN if none of its ticks is known
	root  []float64 // of the load in units; of the last one known, if it is not
	sums  []float64 // sums[i] is the sum of the first i roots
	moved []float64 // moved[i] is the sum of how far the first i roots were from the mean before them
}

// rest is the stretch, in minutes, against whose mean restlessness is measured.
const rest = 15

// newMemory measures load in parts of what it usually reaches.
func newMemory(ticks []float64, per int) *memory {
	known := slices.DeleteFunc(slices.Clone(ticks), math.IsNaN)
	slices.Sort(known)
	m := &memory{unit: 1, per: per, sums: []float64{0}, moved: []float64{0}}
	// A high quantile of most loads is then about twenty, whatever it counts.
	if len(known) > 0 && known[len(known)*95/100] > 0 {
		m.unit = known[len(known)*95/100] / 20
	}
	for minute := range slices.Chunk(ticks, per) {
		m.add(minute)
	}
	return m
}

// add takes in the ticks of one more minute.
func (m *memory) add(ticks []float64) {
	m.ticks = append(m.ticks, ticks...)
	load, known := 0.0, 0.0
	for _, x := range ticks {
		if x == x {
			known++
			load += (x - load) / known
		}
	}
	if known == 0 {
		load = math.NaN()
	}
	n, root := len(m.load), 0.0
	switch {
	case load == load:
		root = m.scaled(load)
	case n > 0:
		root = m.root[n-1]
	}
	m.load, m.root = append(m.load, load), append(m.root, root)
	m.sums = append(m.sums, m.sums[n]+root)
	m.moved = append(m.moved, m.moved[n]+math.Abs(root-m.mean(n-rest, n)))
}

func (m *memory) len() int { return len(m.load) }

// within is the ticks of minute t.
func (m *memory) within(t int) []float64 { return m.ticks[t*m.per : (t+1)*m.per] }

// scaled is the root of a load.
func (m *memory) scaled(load float64) float64 { return math.Sqrt(max(0, load) / m.unit) }

// known reports whether minute t was measured.
func (m *memory) known(t int) bool { return !math.IsNaN(m.load[t]) }

// mean is the mean root over [from, to), as far as it is remembered.
func (m *memory) mean(from, to int) float64 { return m.over(m.sums, from, to, m.root) }

// unrest is the mean movement over [from, to), as far as it is remembered.
func (m *memory) unrest(from, to int) float64 { return m.over(m.moved, from, to, nil) }

func (m *memory) over(sums []float64, from, to int, single []float64) float64 {
	from, to = max(from, 0), min(to, len(m.root))
	switch {
	case from < to:
		return (sums[to] - sums[from]) / float64(to-from)
	case single != nil:
		return single[min(max(from, 0), len(single)-1)]
	}
	return 0
}

// back is the load that a root stands for.
func (m *memory) back(root float64) float64 {
	root = max(0, root)
	return root * root * m.unit
}
