package planner

import (
	"slices"
	"sort"

	"headroom/planner/schedule"
)

// judge works out what each member would run by the objective alone: in the
// order of merit, beside what cheaper pools run, and beside what all others run.
func (f *fleet) judge() {
	for _, m := range f.members {
		m.units, m.free = f.Units[m.place], f.Units[m.place]
		m.limits.Budgets = f.left(m)
		m.wishes, m.beside, m.cheaper = make([]wish, f.steps), make([]int, f.steps), make([]float64, f.steps)
		pool := m.in.Policy.Pools[0]
		for t := range f.steps {
			cheaper, all, paid := f.others(m, t)
			for j, n := range cheaper {
				if f.members[j].relied {
					m.cheaper[t] += f.problem.Pools[j].Rate * float64(n)
				}
			}
			m.wishes[t] = wish{
				need:  max(0, f.load(t, m.quantile)-m.cheaper[t]) / pool.UnitRate,
				units: f.wants(m, t, cheaper, paid),
			}
			m.beside[t] = m.wishes[t].units
			if m.units[t] < m.wishes[t].units {
				m.beside[t] = f.wants(m, t, all, all)
			}
		}
	}
}

// others are the units of the other pools in step t: those whose load is cheaper
// than that of m, all, and those that are paid for and come before it.
func (f *fleet) others(m *member, t int) (cheaper, all, paid []int) {
	own := slices.Index(f.order, m.place)
	cheaper, all, paid = make([]int, len(f.members)), make([]int, len(f.members)), make([]int, len(f.members))
	for at, j := range f.order {
		if j == m.place {
			continue
		}
		n := f.Units[j][t]
		all[j], cheaper[j] = n, min(n, f.problem.Pools[j].Paid)
		if at < own {
			cheaper[j], paid[j] = n, min(n, f.problem.Pools[j].Paid)
		}
	}
	return cheaper, all, paid
}

// wants is the number of units of m beyond which one more does not pay in step t
// beside the given units of the others: beside those that are paid for, as far as
// units of m are.
func (f *fleet) wants(m *member, t int, beside, paid []int) int {
	pool := f.problem.Pools[m.place]
	n := f.enough(m, t, beside, pool.Price)
	if n < pool.Paid {
		n = max(n, min(pool.Paid, f.enough(m, t, paid, 0)))
	}
	return n
}

// enough is the number of units of m beyond which one more, at a price, does not
// pay in step t beside the given units of the others.
func (f *fleet) enough(m *member, t int, beside []int, price float64) int {
	units, rate := slices.Clone(beside), f.problem.Pools[m.place].Rate
	missing := func(n int) float64 {
		units[m.place] = n
		load, _ := f.asked.Of(t, units)
		return load
	}
	// With a service level, load counts before any price.
	worth := 1e-9 * rate
	if f.problem.Missing > 0 {
		worth += price / f.problem.Missing
	}
	return sort.Search(m.top, func(n int) bool { return missing(n)-missing(n+1) <= worth })
}

// left is what the other pools leave m of the budgets, in unit-steps.
func (f *fleet) left(m *member) []schedule.Budget {
	var list []schedule.Budget
	price := f.problem.Pools[m.place].Price
	if price == 0 {
		return nil
	}
	for _, b := range f.problem.Budgets {
		rest := b.Most - f.spent(b, f.Units) + f.spentBy(m.place, b, f.Units[m.place])
		list = append(list, unitBudget(purse{b.From, b.To, rest}, m.in.Policy.Pools[0], max(0, rest)/price))
	}
	return list
}
