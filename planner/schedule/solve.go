package schedule

import "fmt"

// Solve finds the cheapest sequence of units within the limits, where
// costs[t][n-Lo[t]] is the cost of n units in step t and change that of each
// unit started or stopped. Of equally cheap ones it takes that with the fewest
// changes, then that with the fewest units in sum. All sums of costs must stay
// within 2^60.
//
// The answer is exact if gap is 0; otherwise no sequence is cheaper by more
// than gap, see the package comment. The error is an [ErrInfeasible] if no
// sequence keeps all limits, and says so if the limits contradict themselves.
func Solve(l Limits, costs [][]int64, change int64) (units []int, gap int64, err error) {
	if err := l.check(costs, change); err != nil {
		return nil, 0, err
	}
	r := rooms.Get().(*room)
	defer rooms.Put(r)
	p := newProblem(l, costs, change)
	least, most, convex := wishes(l, costs)
	steps := 1 // for which a unit too many or too few may be kept
	if change > 0 {
		steps = len(costs) + 1
	}
	free := l
	free.Changes, free.Budgets = 0, nil
	p.lo, p.hi = l.Lo, l.Hi
	if convex && cells(costs) > narrow*len(costs) {
		p.lo, p.hi = free.Band(least, most, steps, steps)
	}
	b := newTable(p, tolls{}, r)
	total := b.total()
	if total == never {
		return nil, 0, fmt.Errorf("schedule: no sequence from %d units keeps bounds, ramps, dips and holds: widen them: %w", l.Before, ErrInfeasible)
	}
	units = b.walk(total)
	if p.keeps(total, p.use(units)) {
		return units, 0, nil
	}
	p.lo, p.hi = l.Lo, l.Hi
	if convex {
		for i := range p.budget {
			if p.budget[i] >= 0 { // a budget may ask for as few as there can be
				least[i] = l.Lo[i]
			}
		}
		p.lo, p.hi = l.Band(least, most, steps, steps)
	}
	if len(l.Budgets) == 0 {
		return p.count(r, units)
	}
	return p.share(r)
}

// narrow is a number of units per step that is not worth to be narrowed.
const narrow = 48

func cells(costs [][]int64) int {
	sum := 0
	for _, row := range costs {
		sum += len(row)
	}
	return sum
}

// wishes are the fewest and the most units of all the cheapest in each step
// alone, if the costs are convex.
func wishes(l Limits, costs [][]int64) (least, most []int, convex bool) {
	least, most = make([]int, len(costs)), make([]int, len(costs))
	for t, row := range costs {
		first, last := 0, 0
		for i := 1; i < len(row); i++ {
			if i > 1 && row[i]-row[i-1] < row[i-1]-row[i-2] {
				return nil, nil, false
			}
			if row[i] < row[i-1] {
				first = i
			}
			if row[i] <= row[i-1] {
				last = i
			}
		}
		least[t], most[t] = l.Lo[t]+first, l.Lo[t]+last
	}
	return least, most, true
}
