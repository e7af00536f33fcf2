package unitrate

import (
	"cmp"
	"math"
	"slices"
)

const (
	mostCells   = 60
	fewestCells = 6
	mostBands   = 6 // of units
	inCell      = 5 // samples at least
	// saturated is the utilisation from which on it cannot grow with load.
	saturated = 0.97
	// slow is how many times the aimed latency is overload.
	slow = 4
)

// A cell is a group of samples of like units and load per unit.
type cell struct {
	x, n, y float64 // medians of load per unit, units, and the lifted signal
}

// grouped is samples in cells.
type grouped struct {
	cells    []cell
	member   []int   // of each sample the cell, or -1 if that is left out
	overload float64 // the highest load per unit of what was left out
}

// group puts samples into cells: bands of units, and in each of them groups of
// equally many samples by load per unit.
func group(used []Sample, aim Aim) grouped {
	order := make([]int, len(used))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(used[a].Units, used[b].Units) })
	size := max(inCell, (len(used)+mostCells-1)/mostCells)
	g := grouped{member: make([]int, len(used))}
	for i := range g.member {
		g.member[i] = -1
	}
	for _, band := range bands(order, used, size) {
		slices.SortStableFunc(band, func(a, b int) int {
			return cmp.Compare(used[a].Load/used[a].Units, used[b].Load/used[b].Units)
		})
		count := max(1, len(band)/size)
		for k := range count {
			g.add(band[k*len(band)/count:(k+1)*len(band)/count], used, aim)
		}
	}
	return g
}

// bands cuts samples in the order of their units into bands of at least size
// samples. The same number of units is never in two of them.
func bands(order []int, used []Sample, size int) [][]int {
	var out [][]int
	want := max(size, (len(order)+mostBands-1)/mostBands)
	for first := 0; first < len(order); {
		last := min(first+want, len(order))
		for last < len(order) && used[order[last]].Units == used[order[last-1]].Units {
			last++
		}
		if len(order)-last < want/2 {
			last = len(order)
		}
		out = append(out, order[first:last])
		first = last
	}
	return out
}

// add makes a cell of some samples, unless they are overload.
func (g *grouped) add(members []int, used []Sample, aim Aim) {
	x, n, y := make([]float64, len(members)), make([]float64, len(members)), make([]float64, len(members))
	for i, m := range members {
		x[i], n[i], y[i] = used[m].Load/used[m].Units, used[m].Units, used[m].Signal
	}
	middle := quantile(y, 0.5)
	if over := aim.Signal == Utilisation && middle >= saturated || aim.Signal == Latency && middle > slow*aim.At; over {
		g.overload = max(g.overload, quantile(x, 0.5))
		return
	}
	for _, m := range members {
		g.member[m] = len(g.cells)
	}
	g.cells = append(g.cells, cell{quantile(x, 0.5), quantile(n, 0.5), aim.lift(middle)})
}

// seen is the highest load per unit of a cell.
func (g grouped) seen() float64 {
	top := 0.0
	for _, c := range g.cells {
		top = max(top, c.x)
	}
	return top
}

// least is the lowest load per unit of a cell.
func (g grouped) least() float64 {
	low := math.Inf(1)
	for _, c := range g.cells {
		low = min(low, c.x)
	}
	return low
}

// units is the highest number of units of a cell.
func (g grouped) units() float64 {
	top := 0.0
	for _, c := range g.cells {
		top = max(top, c.n)
	}
	return top
}
