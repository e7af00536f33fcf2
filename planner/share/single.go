package share

import "container/heap"

// single gives one unit after the other to whoever saves most by it.
func (b board) single() []int {
	units := make([]int, len(b.costs))
	queue := gains{}
	for i := range b.costs {
		queue = b.bid(queue, i, 0)
	}
	heap.Init(&queue)
	for left := b.left; left > 0 && len(queue) > 0; left-- {
		i := queue[0].place
		units[i]++
		if next := b.bid(nil, i, units[i]); len(next) > 0 {
			queue[0] = next[0]
			heap.Fix(&queue, 0)
		} else {
			heap.Pop(&queue)
		}
	}
	return units
}

// bid appends what one more unit than n saves the i-th, if anything.
func (b board) bid(queue gains, i, n int) gains {
	if n+1 < len(b.costs[i]) && b.costs[i][n] > b.costs[i][n+1] {
		return append(queue, gain{b.costs[i][n] - b.costs[i][n+1], i})
	}
	return queue
}

// A gain is what one more unit saves.
type gain struct {
	saves float64
	place int
}

// gains are a heap, the largest first.
type gains []gain

func (g gains) Len() int { return len(g) }
func (g gains) Less(i, j int) bool {
	return g[i].saves > g[j].saves || g[i].saves == g[j].saves && g[i].place < g[j].place
}
func (g gains) Swap(i, j int) { g[i], g[j] = g[j], g[i] }
func (g *gains) Push(x any)   { *g = append(*g, x.(gain)) }
func (g *gains) Pop() any {
	last := (*g)[len(*g)-1]
	*g = (*g)[:len(*g)-1]
	return last
}
