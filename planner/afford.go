package planner

import (
	"errors"
	"fmt"
	"slices"

	"headroom/capacity"
	"headroom/planner/dispatch"
	"headroom/planner/schedule"
)

// solve finds the units of all pools: without the budget first, since one that
// does not bind costs nothing. Budgets that nothing keeps are raised to what can
// be kept.
func (f *fleet) solve() error {
	for i, m := range f.members {
		if err := m.enter(&f.problem.Pools[i].Limits); err != nil {
			return err
		}
	}
	budgets := f.problem.Budgets
	f.problem.Budgets = nil
	var err error
	if f.Solution, err = f.dispatch(); err != nil {
		return err
	}
	f.free = f.Units
	f.problem.Budgets = budgets
	if !slices.ContainsFunc(budgets, func(b dispatch.Budget) bool { return f.spent(b, f.Units) > b.Most*(1+1e-12) }) {
		return nil
	}
	f.Solution, err = f.dispatch()
	if errors.Is(err, capacity.ErrBadPolicy) {
		if err = f.raise(); err == nil {
			f.Solution, err = f.dispatch()
		}
	}
	return err
}

// dispatch solves the problem as it stands.
func (f *fleet) dispatch() (dispatch.Solution, error) {
	s, err := dispatch.Solve(f.problem)
	if errors.Is(err, schedule.ErrInfeasible) {
		err = fmt.Errorf("%w: %w", err, capacity.ErrRefused)
	}
	return s, err
}

// spent is the money that units take from a budget.
func (f *fleet) spent(b dispatch.Budget, units [][]int) float64 {
	sum := 0.0
	for i := range units {
		sum += f.spentBy(i, b, units[i])
	}
	return sum
}

// spentBy is the money that the units of pool i take from a budget.
func (f *fleet) spentBy(i int, b dispatch.Budget, units []int) float64 {
	pool, sum := f.problem.Pools[i], 0
	for _, n := range units[b.From:b.To] {
		sum += max(0, n-pool.Paid)
	}
	return float64(sum) * pool.Price
}

// raise lifts each budget that the most frugal units overspend to what those
// take.
func (f *fleet) raise() error {
	frugal := make([][]int, len(f.members))
	for i, pool := range f.problem.Pools {
		units, err := cheapest(pool.Limits, func(_, n int) int64 { return int64(max(0, n-pool.Paid)) })
		if err != nil {
			return err
		}
		frugal[i] = units
	}
	f.problem.Budgets = slices.Clone(f.problem.Budgets)
	for k := range f.problem.Budgets {
		b := &f.problem.Budgets[k]
		if least := f.spent(*b, frugal); least > b.Most {
			b.Most, f.raised[k] = least, true
		}
	}
	return nil
}

// cheapest are the units of one pool that cost the least within its limits.
func cheapest(l schedule.Limits, cost func(t, n int) int64) ([]int, error) {
	costs := make([][]int64, len(l.Lo))
	for t := range costs {
		for n := l.Lo[t]; n <= l.Hi[t]; n++ {
			costs[t] = append(costs[t], cost(t, n))
		}
	}
	units, _, err := schedule.Solve(l, costs, 0)
	if err != nil {
		err = fmt.Errorf("%w: %w", err, capacity.ErrRefused)
	}
	return units, err
}

// enter fixes how a pool that stands outside its bounds comes inside, if how
// fast that can be depends on when it changes: as close to them as can be.
func (m *member) enter(l *schedule.Limits) error {
	if !m.limits.soft {
		return nil
	}
	pool := m.in.Policy.Pools[0]
	least, most := int(min(mostUnits, pool.Min)), int(min(mostUnits, pool.Max))
	way, err := cheapest(*l, func(_, n int) int64 { return int64(max(0, least-n, n-most)) })
	if err != nil {
		return err
	}
	l.Lo, l.Hi = slices.Clone(l.Lo), slices.Clone(l.Hi)
	for t, n := range way {
		if n < least || n > most {
			l.Lo[t], l.Hi[t] = n, n
			continue
		}
		l.Lo[t], l.Hi[t] = max(l.Lo[t], least), min(l.Hi[t], most)
	}
	m.limits.Limits = *l
	return nil
}
