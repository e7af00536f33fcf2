package schedule

// mostValues is how many values all layers together may hold.
const mostValues = 1 << 24

// layered finds the cheapest sequence within the limit of changes, given the
// table of the relaxed problem, its bound, and a sequence that keeps the limit.
// Layer k holds the values of what has k changes left, but only for the places
// that a sequence of up to a certain cost may pass: what comes before costs no
// less than in the relaxed problem. That cost starts close to the bound, and
// rises until there is a sequence that costs no more.
func (p *problem) layered(b *table, bound int64, known answer) (units []int, gap int64) {
	past := p.past(b.tolls, b.room)
	proven, slack := bound, p.slack(b.tolls)
	for shift := 6; shift >= 0; shift -= 2 {
		limit := bound + (known.value.cost-bound)>>shift
		q := *b
		q.problem = p.within(b, past, limit+slack)
		top, complete := q.layers(p.lo, past, limit)
		if !complete {
			return known.units, max(0, known.value.cost-proven)
		}
		if total := top.total(); total.cost <= limit {
			return top.walk(total), 0
		}
		proven = limit
	}
	return known.units, 0
}

// layers makes one layer above the other and returns the topmost. They are not
// complete if they would hold too many values.
func (b *table) layers(from []int, past [][]int64, limit int64) (top *table, complete bool) {
	steps, size := len(b.lo), 0
	for left := range b.Changes + 1 {
		q := &table{problem: b.problem, after: top, stay: b.stay, room: b.room}
		ints := make([]int, 3*steps)
		q.low, q.high, q.off = ints[:steps], ints[steps:2*steps], ints[2*steps:]
		paid := b.tolls.turn * int64(b.Changes-left)
		for t := steps - 1; t >= 0; t-- {
			q.low[t], q.high[t] = b.lo[t], b.hi[t]
			q.fill(t)
			q.trim(t, past[t][b.lo[t]-from[t]:], limit+paid)
		}
		if size += len(q.best); size > mostValues {
			return nil, false
		}
		top = q
	}
	return top, true
}

// trim drops the numbers at both ends of step t with which no sequence costs up
// to limit, given what it costs to come to each.
func (b *table) trim(t int, past []int64, limit int64) {
	lo, hi, width := b.low[t], b.high[t], b.high[t]-b.low[t]+1
	dead := func(n int) bool {
		i := n - b.lo[t]
		if past[i] == never.cost {
			return true
		}
		for j := range b.dips + 1 {
			if v := b.best[b.off[t]+j*width+i]; v.cost != never.cost && v.cost <= limit-past[i] {
				return false
			}
		}
		return true
	}
	for lo <= hi && dead(lo) {
		lo++
	}
	for hi >= lo && dead(hi) {
		hi--
	}
	to := b.off[t]
	for j := range b.dips + 1 {
		from := b.off[t] + j*width + lo - b.lo[t]
		to += copy(b.best[to:], b.best[from:from+hi-lo+1])
	}
	b.best = b.best[:to]
	b.low[t], b.high[t] = lo, hi
}
