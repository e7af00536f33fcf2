package planner

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"headroom/capacity"
)

// sentence says why m runs what it runs in step t, where the other pools have a
// part in it; else it is empty.
func (f *fleet) sentence(m *member, t int, why capacity.Reason) string {
	n, w, pool := m.units[t], m.wishes[t], &m.in.Policy.Pools[0]
	forecast := "forecast " + capacity.Percentile(m.level()) + " is " + m.load(f.load(t, m.quantile))
	if event := m.event(t); event != "" && why == capacity.ReasonEvent {
		forecast += " with " + strconv.Quote(event)
	}
	cheaper := f.names(func(i int) bool { return i != m.place && f.counted(m, i, t) > 0 })
	served := forecast
	if cheaper != "" {
		served += ", of which " + cheaper + verb(cheaper, " serves ", " serve ") + m.load(m.cheaper[t]) + " cheaper"
	}
	switch why { //nolint:exhaustive // the others depend on this pool alone
	case capacity.ReasonMerit:
		switch {
		case n < w.units:
			rest := f.names(func(i int) bool { return i != m.place && f.Units[i][t] > f.counted(m, i, t) })
			return fmt.Sprintf("needs %d, runs %d: %s%s the rest for less", w.units, n, rest, verb(rest, " serves", " serve"))
		case !m.relied:
			return fmt.Sprintf("not relied on for %s: it may be taken back too often", capacity.Percentile(f.in.Policy.Objective.ServiceLevel))
		}
		how := " it cheaper"
		if !slices.ContainsFunc(f.order, func(i int) bool { return i != m.place && f.counted(m, i, t) > 0 && f.rank(i) < f.rank(m.place) }) {
			how = " it at the same price"
		}
		return forecast + ": " + cheaper + verb(cheaper, " serves", " serve") + how
	case capacity.ReasonPrice:
		if m.quantile == 0 {
			return ""
		}
		return served + ": " + count(n) + " at " + m.load(pool.UnitRate) + ", the remaining " + m.load((w.need-float64(n))*pool.UnitRate) + " do not justify another unit"
	case capacity.ReasonMax:
		if n > int(pool.Max) {
			return ""
		}
		return fmt.Sprintf("needs %d, held at max %d: %s", w.units, n, served)
	case capacity.ReasonMin:
		if cheaper == "" {
			return ""
		}
		return "at least " + count(n) + " (min), " + cheaper + verb(cheaper, " serves", " serve") + " the rest cheaper"
	case capacity.ReasonDemand, capacity.ReasonEvent:
		if 0 < n && n <= int(pool.Paid) {
			served = forecast // the units cost nothing, so that nothing is cheaper
		}
		return served + ": " + f.enoughUnits(m, t)
	}
	return ""
}

// enoughUnits tells of a number that is what the demand asks for.
func (f *fleet) enoughUnits(m *member, t int) string {
	n, w, pool := m.units[t], m.wishes[t], &m.in.Policy.Pools[0]
	spare := n - whole(w.need)
	lost := f.names(func(i int) bool { return f.problem.Pools[i].Lost > 0 && f.Units[i][t] > 0 })
	switch {
	case n > w.units:
		return count(w.units) + " would do, " + strconv.Itoa(n) + " cost no more and need no change"
	case 0 < n && n <= int(pool.Paid):
		return fmt.Sprintf("%d of %s that are paid for", n, count(int(pool.Paid)))
	case spare > 0 && lost != "":
		return fmt.Sprintf("%s at %s, %d of them in case %s is taken back", count(n), m.load(pool.UnitRate), spare, lost)
	}
	return count(n) + " at " + m.load(pool.UnitRate)
}

// counted is how many units of pool i are cheaper than those of m in step t.
func (f *fleet) counted(m *member, i, t int) int {
	cheaper, _, _ := f.others(m, t)
	return cheaper[i]
}

// names are the pools that are meant, in the order of merit.
func (f *fleet) names(meant func(i int) bool) string {
	var list []string
	for _, i := range f.order {
		if meant(i) {
			list = append(list, f.in.Policy.Pools[i].Name)
		}
	}
	if last := len(list) - 1; last > 0 {
		return strings.Join(list[:last], ", ") + " and " + list[last]
	}
	return strings.Join(list, "")
}

// verb is the form for one pool, or for several.
func verb(names, one, several string) string {
	if strings.Contains(names, " and ") {
		return several
	}
	return one
}
