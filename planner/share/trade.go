package share

// farthest is how many units a trade looks ahead.
const farthest = 64

// trade repairs a sharing: as long as it saves anything, unused units go to the
// service that saves most by some of them, or units move from one service to
// another, up to farthest of them at once.
func (b board) trade(units []int) []int {
	used := 0
	for _, n := range units {
		used += n
	}
	for {
		best, from, to, many := 0.0, -1, -1, 0
		for i := range units {
			// More of the i-th, from what is unused or from the j-th.
			for n := 1; n <= farthest && units[i]+n < len(b.costs[i]); n++ {
				saves := b.costs[i][units[i]] - b.costs[i][units[i]+n]
				if used+n <= b.left && saves > best {
					best, from, to, many = saves, -1, i, n
				}
				for j := range units {
					if j == i || units[j] < n {
						continue
					}
					if net := saves - (b.costs[j][units[j]-n] - b.costs[j][units[j]]); net > best {
						best, from, to, many = net, j, i, n
					}
				}
			}
		}
		if to < 0 || !b.pays(units, from, to, many) {
			return units
		}
		units[to] += many
		if from >= 0 {
			units[from] -= many
		} else {
			used += many
		}
	}
}

// pays reports whether a trade lowers the sum even as it is rounded, so that
// trading ends.
func (b board) pays(units []int, from, to, many int) bool {
	before := b.costs[to][units[to]]
	after := b.costs[to][units[to]+many]
	if from >= 0 {
		before += b.costs[from][units[from]]
		after += b.costs[from][units[from]-many]
	}
	return after < before
}
