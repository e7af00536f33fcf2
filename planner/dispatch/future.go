package dispatch

import "math"

// never is the cost of what the limits do not allow. Two of them add up without
// overflowing.
const never = math.MaxInt64 / 4

// A future is the least that one pool can cost alone after each step, by its
// posture. It looks only at the numbers of its band.
type future struct {
	low                []int
	dips, holds, lefts int
	cost               [][]int64 // [step][place]
}

// place is where the posture after step t is counted.
func (f *future) place(t int, p posture) int {
	at := (int(p.units)-f.low[t])*f.dips + int(p.dip)
	at = at*f.holds + int(p.hold)
	if p.left < 0 || f.lefts == 1 {
		return at * f.lefts
	}
	return at*f.lefts + int(p.left)
}

// mostPlaces is how large a future may be before it forgets how many changes
// are left: what it then says is lower, so it stays a bound.
const mostPlaces = 1 << 22

// foresee is the future of pool i at the given prices, within the band.
func (b *ledger) foresee(p prices, i int, low, high []int) *future {
	l := b.Pools[i].Limits
	f := &future{low: low, dips: 1, holds: 1, lefts: 1, cost: make([][]int64, b.steps)}
	places := 0
	for t := range b.steps {
		rest := b.steps - 1 - t
		f.dips, f.holds = max(f.dips, 1+min(l.Dip[t], rest, mostWait)), max(f.holds, 1+min(l.Hold[t], rest, mostWait))
		places += high[t] - low[t] + 1
	}
	start := b.rise(i)
	if start.left > 0 && places*f.dips*f.holds*(int(start.left)+1) <= mostPlaces {
		f.lefts = int(start.left) + 1
	}
	counted := start.left > 0 && f.lefts > 1
	var next []int64 // what each number of the next step costs alone
	for t := b.steps - 1; t >= 0; t-- {
		f.cost[t] = make([]int64, (high[t]-low[t]+1)*f.dips*f.holds*f.lefts)
		rest := b.steps - 1 - t
		for at := range f.cost[t] {
			q := posture{left: -1}
			n := at / f.lefts
			if counted {
				q.left = int16(at % f.lefts)
			}
			q.hold, n = int16(n%f.holds), n/f.holds
			q.dip, n = int16(n%f.dips), n/f.dips
			q.units = int32(low[t] + n)
			if max(int(q.dip), int(q.hold), int(q.left)) > rest {
				continue // no posture waits beyond the end
			}
			if rest > 0 {
				f.cost[t][at] = b.onward(f, i, t+1, q, low, high, next)
			}
		}
		next = b.aloneIn(p, i, t, low[t], high[t])
	}
	return f
}

// onward is the least that pool i costs from step t on.
func (b *ledger) onward(f *future, i, t int, q posture, low, high []int, alone []int64) int64 {
	from, to := b.reach(i, t, q)
	best := int64(never)
	for n := max(from, low[t]); n <= min(to, high[t]); n++ {
		rest := f.cost[t][f.place(t, b.after(i, t, q, n))]
		if rest == never {
			continue
		}
		cost := alone[n-low[t]] + rest + b.change[i]*int64(max(n-int(q.units), int(q.units)-n))
		best = min(best, cost)
	}
	return best
}

// aloneIn is what the numbers of a band cost pool i alone in step t.
func (b *ledger) aloneIn(p prices, i, t, low, high int) []int64 {
	list, credit := make([]int64, high-low+1), b.credit(p, i, t)
	for k := range list {
		list[k] = b.alone(p, i, t, low+k, credit)
	}
	return list
}
