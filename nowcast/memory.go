package nowcast

import (
	"math"
	"slices"
)

// A memory is every minute seen so far, in a form in which the mean over any
// stretch costs the same.
type memory struct {
	unit  float64   // load that counts as one
	load  []float64 // NaN: not known
	root  []float64 // of the load in units; of the last one known, if it is not
	sums  []float64 // sums[i] is the sum of the first i roots
	moved []float64 // moved[i] is the sum of how far the first i roots were from the mean before them
}

// rest is the stretch, in minutes, against whose mean restlessness is measured.
const rest = 15

// newMemory measures load in parts of what it usually reaches.
func newMemory(load []float64) *memory {
	known := slices.DeleteFunc(slices.Clone(load), math.IsNaN)
	slices.Sort(known)
	m := &memory{unit: 1, sums: []float64{0}, moved: []float64{0}}
	// A high quantile of most loads is then about twenty, whatever it counts.
	if len(known) > 0 && known[len(known)*95/100] > 0 {
		m.unit = known[len(known)*95/100] / 20
	}
	for _, x := range load {
		m.add(x)
	}
	return m
}

// add takes in one more minute.
func (m *memory) add(load float64) {
	n, root := len(m.load), 0.0
	switch {
	case load == load:
		root = math.Sqrt(max(0, load) / m.unit)
	case n > 0:
		root = m.root[n-1]
	}
	m.load, m.root = append(m.load, load), append(m.root, root)
	m.sums = append(m.sums, m.sums[n]+root)
	m.moved = append(m.moved, m.moved[n]+math.Abs(root-m.mean(n-rest, n)))
}

func (m *memory) len() int { return len(m.load) }

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
