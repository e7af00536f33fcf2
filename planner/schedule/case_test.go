package schedule_test

import (
	"math/rand/v2"

	"headroom/planner/schedule"
)

// A problem is what Solve is asked.
type problem struct {
	limits schedule.Limits
	costs  [][]int64
	change int64
}

// pick is one of the choices.
func pick[T any](r *rand.Rand, choices ...T) T { return choices[r.IntN(len(choices))] }

// randomProblem has any of the limits, convex costs, exactly so many steps and
// up to so many units.
func randomProblem(r *rand.Rand, steps, units int) problem {
	p := problem{limits: schedule.Limits{Before: r.IntN(units + 1)}, change: pick[int64](r, 0, 0, 1, 2, 5)}
	l := &p.limits
	up, down, dip, hold := pick(r, 1, 2, units), pick(r, 1, 2, units), pick(r, 0, 0, 1, 2, steps), pick(r, 0, 0, 0, 1, 2, steps)
	frozen, early := pick(r, 0, 0, 3), pick(r, 0, 0, 1, 2)
	for t := range steps {
		lo := pick(r, 0, 0, 0, r.IntN(units+1))
		hi := pick(r, units, units, lo+r.IntN(units+1-lo))
		l.Lo, l.Hi = append(l.Lo, lo), append(l.Hi, hi)
		l.Up, l.Down = append(l.Up, up), append(l.Down, down)
		if frozen > 0 && r.IntN(frozen) == 0 {
			l.Up[t], l.Down[t] = pick(r, 0, 0, up), pick(r, 0, 0, down)
		}
		if t < early {
			l.Up[t] = 0
		}
		l.Dip, l.Hold = append(l.Dip, dip), append(l.Hold, hold)
		if t == 0 && dip > 0 {
			l.Dip[0] += r.IntN(2)
		}
		var row []int64
		wish, over, under := r.IntN(units+1), int64(r.IntN(4)), int64(r.IntN(6))
		for n := lo; n <= hi; n++ {
			row = append(row, over*int64(max(0, n-wish))+under*int64(max(0, wish-n)))
		}
		p.costs = append(p.costs, row)
	}
	if r.IntN(3) == 0 {
		l.Changes = 1 + r.IntN(3)
	}
	if r.IntN(3) == 0 {
		for from := r.IntN(2); from < steps; {
			to := min(steps, from+1+r.IntN(4))
			l.Budgets = append(l.Budgets, schedule.Budget{From: from, To: to, Paid: r.IntN(2), Most: int64(r.IntN(units * (to - from)))})
			from = to + pick(r, 0, 0, 1)
		}
	}
	return p
}

// A worth is how good a sequence is.
type worth struct {
	cost           int64
	changes, units int
}

func (w worth) better(v worth) bool {
	switch {
	case w.cost != v.cost:
		return w.cost < v.cost
	case w.changes != v.changes:
		return w.changes < v.changes
	}
	return w.units < v.units
}

// keeps reports whether the limits allow the beginning of a sequence, by their
// own words: budgets and all.
func (p problem) keeps(units []int) bool {
	l, before, changes := p.limits, p.limits.Before, 0
	fell, changed := -1, -1 // the last step up to which increases, changes are forbidden
	for t, n := range units {
		if n < l.Lo[t] || n > l.Hi[t] || n-before > l.Up[t] || before-n > l.Down[t] {
			return false
		}
		if n != before && t <= changed || n > before && t <= fell {
			return false
		}
		if n != before {
			changes++
			changed = t + l.Hold[t]
		}
		if n < before {
			fell = t + l.Dip[t]
		}
		before = n
	}
	for _, b := range l.Budgets {
		spent := int64(0)
		for t := b.From; t < min(b.To, len(units)); t++ {
			spent += int64(max(0, units[t]-b.Paid))
		}
		if spent > b.Most {
			return false
		}
	}
	return l.Changes == 0 || changes <= l.Changes
}

// worth is what a whole sequence costs.
func (p problem) worth(units []int) worth {
	var w worth
	before := p.limits.Before
	for t, n := range units {
		w.cost += p.costs[t][n-p.limits.Lo[t]] + p.change*int64(max(n-before, before-n))
		w.units += n
		if n != before {
			w.changes++
		}
		before = n
	}
	return w
}

// exhaust tries every sequence.
func (p problem) exhaust() (best worth, found bool) {
	var units []int
	var try func()
	try = func() {
		t := len(units)
		if t == len(p.costs) {
			if w := p.worth(units); !found || w.better(best) {
				best, found = w, true
			}
			return
		}
		for n := p.limits.Lo[t]; n <= p.limits.Hi[t]; n++ {
			units = append(units, n)
			if p.keeps(units) {
				try()
			}
			units = units[:t]
		}
	}
	try()
	return best, found
}
