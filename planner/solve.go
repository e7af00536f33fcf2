package planner

import (
	"errors"
	"fmt"
	"slices"

	"headroom/capacity"
	"headroom/planner/schedule"
)

// mostBytes is what one plan may take while it is made: ten times what a day in
// steps of a minute, of up to a thousand units that take ten minutes, does.
const mostBytes = 1 << 29

// A task is the integer problem that a policy poses.
type task struct {
	in     Input
	needs  []need
	wishes []wish
	limits limits
	tariff tariff
	least  []int // the fewest and the most of the cheapest units in each step alone
	most   []int
}

func taskOf(in Input, ds []need, wishes []wish, l limits) task {
	k := task{in: in, needs: ds, wishes: wishes, limits: l, tariff: tariffOf(in, l)}
	k.least, k.most = make([]int, len(ds)), make([]int, len(ds))
	for t := range ds {
		k.least[t], k.most[t] = k.tariff.cheapest(&ds[t], wishes[t], l.Lo[t], l.Hi[t])
	}
	return k
}

// A solution is the units of a task and how sure they are.
type solution struct {
	units []int
	gap   int64 // of which a plan may be cheaper, in the tariff's parts
	free  []int // what would run without a limit of changes and without budgets
}

// narrow solves the task for numbers in the band alone. Costs are made for them
// only: a step has few numbers that may be the answer.
func (k *task) narrow(l schedule.Limits) (units []int, gap int64, err error) {
	least := k.least
	if len(l.Budgets) > 0 { // a budget may ask for as few as there can be
		least = l.Lo
	}
	l.Lo, l.Hi = l.Band(least, k.most, k.tariff.patience, k.tariff.patience)
	narrow := limits{Limits: l}
	if narrow.size() > mostBytes {
		return nil, 0, fmt.Errorf("plan %q: %s of up to %d units are too many: shorten forecast.horizon, or plan in bundles of units (a larger unitRate): %w",
			k.in.Policy.Service, capacity.Count(len(l.Hi), "step"), slices.Max(l.Hi), capacity.ErrBadPolicy)
	}
	units, gap, err = schedule.Solve(l, k.tariff.costs(k.needs, k.wishes, l.Lo, l.Hi), k.tariff.change)
	if err != nil {
		return nil, 0, fmt.Errorf("plan %q: %w: %w", k.in.Policy.Service, err, capacity.ErrRefused)
	}
	return units, gap, nil
}

// solve finds the units. Where no plan keeps the budgets, since the target runs
// too much by now or may not shrink, they are raised to what can be kept.
func (k *task) solve() (solution, error) {
	free := k.limits.Limits
	free.Changes, free.Budgets = 0, nil
	units, _, err := k.narrow(free)
	if err != nil {
		return solution{}, err
	}
	s := solution{units: units, free: units}
	if keeps(k.limits.Limits, units) {
		return s, nil
	}
	s.units, s.gap, err = k.narrow(k.limits.Limits)
	if errors.Is(err, schedule.ErrInfeasible) && len(k.limits.Budgets) > 0 {
		if err := k.raise(); err != nil {
			return solution{}, err
		}
		s.units, s.gap, err = k.narrow(k.limits.Limits)
	}
	return s, err
}

// keeps reports whether units keep the limit of changes and the budgets.
func keeps(l schedule.Limits, units []int) bool {
	for _, b := range l.Budgets {
		if spent(b, units) > b.Most {
			return false
		}
	}
	return l.Changes == 0 || changes(l.Before, units) <= l.Changes
}

// spent is what units take from a budget.
func spent(b schedule.Budget, units []int) int64 {
	sum := int64(0)
	for _, n := range units[b.From:b.To] {
		sum += int64(max(0, n-b.Paid))
	}
	return sum
}

// changes is how often the number changes.
func changes(before int, units []int) int {
	count := 0
	for _, n := range units {
		if n != before {
			count++
		}
		before = n
	}
	return count
}

// raise lifts each budget that the most frugal plan overspends to what that one
// takes.
func (k *task) raise() error {
	l := k.limits.Limits
	budgets := l.Budgets
	l.Budgets = nil
	costs := make([][]int64, len(l.Lo))
	for t := range costs {
		costs[t] = make([]int64, l.Hi[t]-l.Lo[t]+1)
		for i := range costs[t] {
			costs[t][i] = int64(max(0, l.Lo[t]+i-k.tariff.paid))
		}
	}
	units, _, err := schedule.Solve(l, costs, 0)
	if err != nil {
		return fmt.Errorf("plan %q: %w: %w", k.in.Policy.Service, err, capacity.ErrRefused)
	}
	k.limits.Budgets = slices.Clone(budgets)
	for i, b := range budgets {
		k.limits.Budgets[i].Most = max(b.Most, spent(b, units))
	}
	return nil
}
