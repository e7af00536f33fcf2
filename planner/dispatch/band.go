package dispatch

// A band is the numbers that a search looks at: of each pool and step those from
// low to high, within the pool's bounds.
type band struct {
	low, high [][]int // [pool][step]
}

// everything is the band of everything that the limits allow.
func (b *ledger) everything() band {
	var all band
	for _, pool := range b.Pools {
		all.low = append(all.low, pool.Limits.Lo)
		all.high = append(all.high, pool.Limits.Hi)
	}
	return all
}

// around is the band of the numbers up to reach[i] from units[i].
func (b *ledger) around(units [][]int, reach []int) band {
	near := band{low: make([][]int, len(units)), high: make([][]int, len(units))}
	for i, row := range units {
		l := b.Pools[i].Limits
		near.low[i], near.high[i] = make([]int, b.steps), make([]int, b.steps)
		for t, n := range row {
			near.low[i][t], near.high[i][t] = max(l.Lo[t], n-reach[i]), min(l.Hi[t], n+reach[i])
		}
	}
	return near
}

// size is how many combinations of numbers the pools have in step t.
func (r band) size(t int) float64 {
	size := 1.0
	for i := range r.low {
		size *= float64(r.high[i][t] - r.low[i][t] + 1)
	}
	return size
}

// widest is the largest size of a step.
func (r band) widest() float64 {
	size := 1.0
	for t := range r.low[0] {
		size = max(size, r.size(t))
	}
	return size
}

// free are the pools that have a choice.
func (r band) free() []int {
	var list []int
	for i, low := range r.low {
		for t := range low {
			if low[t] < r.high[i][t] {
				list = append(list, i)
				break
			}
		}
	}
	return list
}
