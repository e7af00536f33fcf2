package nowcast

import (
	"math"
	"slices"
)

// A memory is the minutes seen lately, in a form in which the mean over any
// stretch costs the same. Its sums are whole numbers, so that the mean over a
// stretch is the same wherever the memory begins.
type memory struct {
	unit   float64   // load that counts as one
	per    int       // ticks in a minute
	first  int       // the oldest minute that is kept
	before float32   // root of the minute before it
	ticks  []float32 // load in each tick, in units, NaN where it is not known
	sums   []int64   // sums[i] is the sum of the first i roots that are kept, as fixed-point numbers
	moved  []int64   // the same of how far each root was from the mean before it
}

const (
	rest    = 15      // minutes against whose mean restlessness is measured
	scale   = 1 << 24 // of fixed-point numbers
	highest = 1e12    // load in units; above it lies no measurement
)

// kept is how many minutes are read: a week, two hours beyond it, and those
// against which restlessness is measured there. The rest is reserve.
const kept = 8 * day

// newMemory measures load in parts of what it usually reaches.
func newMemory(ticks []float64, per int) *memory {
	known := slices.DeleteFunc(slices.Clone(ticks), math.IsNaN)
	slices.Sort(known)
	m := &memory{unit: 1, per: per}
	// A high quantile of most loads is then about twenty, whatever it counts.
	if len(known) > 0 && known[len(known)*95/100] > 0 {
		m.unit = known[len(known)*95/100] / 20
	}
	m.reserve(len(ticks))
	for minute := range slices.Chunk(ticks, per) {
		m.add(minute)
	}
	return m
}

// reserve makes room for so many ticks.
func (m *memory) reserve(ticks int) {
	m.ticks = make([]float32, 0, ticks)
	m.sums, m.moved = make([]int64, 1, ticks/m.per+1), make([]int64, 1, ticks/m.per+1)
}

// add takes in the ticks of one more minute.
func (m *memory) add(ticks []float64) {
	for _, x := range ticks {
		m.ticks = append(m.ticks, m.inUnits(x))
	}
	m.sum()
}

// inUnits is a load in units.
func (m *memory) inUnits(load float64) float32 {
	if load != load {
		return float32(math.NaN())
	}
	return float32(min(max(0, load)/m.unit, highest))
}

// sum goes on with the sums by one minute, whose ticks are there.
func (m *memory) sum() {
	n := len(m.sums) - 1
	load, known := 0.0, 0.0
	for _, x := range m.ticks[n*m.per : (n+1)*m.per] {
		if x == x {
			known++
			load += (float64(x) - load) / known
		}
	}
	root := int64(float64(m.before) * scale)
	switch {
	case known > 0:
		root = int64(float64(float32(math.Sqrt(load))) * scale)
	case n > 0:
		root = m.sums[n] - m.sums[n-1]
	}
	moved := 0.0
	if n > 0 {
		back := min(n, rest)
		moved = math.Abs(float64(root) - float64(m.sums[n]-m.sums[n-back])/float64(back))
	}
	m.sums, m.moved = append(m.sums, m.sums[n]+root), append(m.moved, m.moved[n]+int64(moved))
}

// forget lets go of what is older than what is read.
func (m *memory) forget() {
	gone := m.len() - kept - m.first
	if gone <= 0 {
		return
	}
	m.before = float32(m.root(m.first + gone - 1))
	m.first += gone
	ticks := m.ticks
	m.reserve((kept + day) * m.per)
	m.ticks = append(m.ticks, ticks[gone*m.per:]...)
	for range kept {
		m.sum()
	}
}

// len is how many minutes were seen.
func (m *memory) len() int { return m.first + len(m.sums) - 1 }

// within is the ticks of minute t, in units.
func (m *memory) within(t int) []float32 { return m.ticks[(t-m.first)*m.per : (t-m.first+1)*m.per] }

// known reports whether minute t was measured.
func (m *memory) known(t int) bool {
	for _, x := range m.within(t) {
		if x == x {
			return true
		}
	}
	return false
}

// root is the root of the load in minute t; of the last one known, if it is not.
func (m *memory) root(t int) float64 { return m.mean(t, t+1) }

// mean is the mean root over [from, to), as far as it is remembered.
func (m *memory) mean(from, to int) float64 { return m.over(m.sums, from, to) }

// unrest is the mean movement over [from, to), as far as it is remembered.
func (m *memory) unrest(from, to int) float64 { return m.over(m.moved, from, to) }

func (m *memory) over(sums []int64, from, to int) float64 {
	from, to = max(from-m.first, 0), min(to-m.first, len(sums)-1)
	if from >= to {
		return 0
	}
	return float64(sums[to]-sums[from]) / (scale * float64(to-from))
}

// scaled is the root of a load in units, in which counts have the same spread at
// every level.
func scaled(load float32) float64 { return math.Sqrt(float64(load)) }

// back is the load in units that a root stands for.
func back(root float64) float64 {
	root = max(0, root)
	return root * root
}
