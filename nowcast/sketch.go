package nowcast

import "math"

// A sketch is the distribution of what was added lately, as counts in cells. A
// value counts less the more have come since. Cells are equal steps of the
// inverse hyperbolic sine, so that they are as fine near zero as in proportion
// far from it.
type sketch struct {
	cells
	low    int      // the cell of counts[0]
	counts []uint32 // a value that is new counts as much as one says
	added  int      // values since the counts faded last
	most   int      // so many of the newest values count half as much as all do
}

// Cells are of the same width everywhere in asinh(x/fine).
type cells struct{ fine, width float64 }

const (
	one      = 128
	fadings  = 64 // in which a count falls to 1/e
	farthest = 1e9
)

// at is the cell of x.
func (c cells) at(x float64) int {
	x = min(max(x, -farthest), farthest) / c.fine
	return int(math.Floor(math.Asinh(x)/c.width + 0.5))
}

// edge is the value that is so many cells away from the middle of the one at zero.
func (c cells) edge(cell float64) float64 { return c.fine * math.Sinh(cell*c.width) }

func (s *sketch) add(x float64) { s.count(s.at(x)) }

// count takes in a value of a cell.
func (s *sketch) count(cell int) {
	s.reach(cell)
	s.counts[cell-s.low] += one
	if s.added++; s.added*2*fadings >= s.most {
		s.added = 0
		for i, n := range s.counts {
			s.counts[i] -= (n + fadings - 1) / fadings
		}
	}
}

// reach makes sure that there is a count of a cell.
func (s *sketch) reach(cell int) {
	const spare = 8
	switch n := len(s.counts); {
	case n == 0:
		s.low, s.counts = cell, make([]uint32, 1, 1+spare)
	case cell < s.low:
		counts := make([]uint32, s.low-cell+n, s.low-cell+n+spare)
		copy(counts[s.low-cell:], s.counts)
		s.low, s.counts = cell, counts
	case cell >= s.low+n:
		s.counts = append(s.counts, make([]uint32, cell-s.low-n+1)...)
	}
}

// weight is how many values there are, as far as they still count.
func (s *sketch) weight() float64 {
	var sum uint64
	for _, n := range s.counts {
		sum += uint64(n)
	}
	return float64(sum) / one
}

// quantiles are those at the levels, ascending; zeros if nothing was added. The
// order statistic i of n values is at level i/(n+1) (definition 6 of Hyndman and
// Fan, The American Statistician 50, 1996); inside a cell values lie evenly.
func (s *sketch) quantiles(levels []float64, to []float32) {
	n := s.weight()
	if n == 0 {
		clear(to[:len(levels)])
		return
	}
	i, below := 0, 0.0
	for l, level := range levels {
		rank := min(max(level*(n+1)-0.5, 0), n)
		for i < len(s.counts)-1 && (s.counts[i] == 0 || below+float64(s.counts[i])/one < rank) {
			below += float64(s.counts[i]) / one
			i++
		}
		for s.counts[i] == 0 { // the highest cells may have faded
			i--
			below -= float64(s.counts[i]) / one
		}
		share := (rank - below) * one / float64(s.counts[i])
		to[l] = float32(s.edge(float64(s.low+i) - 0.5 + min(max(share, 0), 1)))
	}
}
