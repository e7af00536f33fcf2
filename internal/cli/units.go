package cli

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"headroom/capacity"
)

// running is what --units says of the pools: a number for each in the order of
// the policy, such as 3,2,0, or by name, such as g5=3,spot=2, where a pool that
// is not named runs none.
func running(text string, pools []capacity.Pool) ([]capacity.State, error) {
	states, parts := make([]capacity.State, len(pools)), strings.Split(text, ",")
	named := strings.Contains(text, "=")
	if !named && len(parts) != len(pools) {
		return nil, fmt.Errorf("--units %s has %d numbers, the policy %s (%s): give one for each: %w", text, len(parts), capacity.Count(len(pools), "pool"), poolNames(pools), errUsage)
	}
	said := make([]bool, len(pools))
	for i, part := range parts {
		name, number, ok := strings.Cut(part, "=")
		if !ok {
			name, number = pools[min(i, len(pools)-1)].Name, part
		}
		at := slices.IndexFunc(pools, func(p capacity.Pool) bool { return p.Name == name })
		if at < 0 || ok != named {
			return nil, fmt.Errorf("--units %q: write POOL=NUMBER with one of the pools %s: %w", part, poolNames(pools), errUsage)
		}
		if said[at] {
			return nil, fmt.Errorf("--units %s says pool %s twice: %w", text, name, errUsage)
		}
		n, err := strconv.Atoi(number)
		if err != nil || n < 0 {
			return nil, fmt.Errorf("--units %q: write a whole number from 0 on: %w", part, errUsage)
		}
		said[at], states[at] = true, capacity.State{Units: capacity.Units(n), Serving: capacity.Units(n)}
	}
	return states, nil
}

// lately is what the highest demand of the last measured hour asks for, within the pools'
// bounds: of what is beyond every min, first units that are paid for, then those
// whose load is cheapest. It returns the end of that hour, too.
func lately(p capacity.Policy, s capacity.Series) ([]capacity.State, time.Time) {
	last := s.Len()
	for last > 0 && math.IsNaN(s.Values[last-1]) {
		last--
	}
	load := 0.0
	for i := max(0, last-max(1, int(time.Hour/s.Step))); i < last; i++ {
		if v := s.Values[i]; v > load { // never for a gap
			load = v
		}
	}
	load = p.Demand.Rate(load)
	states, order := make([]capacity.State, len(p.Pools)), make([]int, len(p.Pools))
	run := func(i int, most capacity.Units) {
		pool := p.Pools[i]
		more := min(math.Ceil(load/pool.UnitRate), float64(most-states[i].Units))
		if more > 0 {
			states[i].Units += capacity.Units(more)
			load -= more * pool.UnitRate
		}
	}
	for i, pool := range p.Pools {
		order[i], states[i].Units = i, pool.Min
		load -= float64(pool.Min) * pool.UnitRate
	}
	slices.SortStableFunc(order, func(i, j int) int {
		return cmp.Compare(p.Pools[i].Price/p.Pools[i].UnitRate, p.Pools[j].Price/p.Pools[j].UnitRate)
	})
	for _, i := range order {
		run(i, min(p.Pools[i].Paid, p.Pools[i].Max))
	}
	for _, i := range order {
		run(i, p.Pools[i].Max)
	}
	for i := range states {
		states[i].Serving = states[i].Units
	}
	return states, s.At(last)
}

// spellUnits writes states as --units takes them: 7 of one pool, g5=7, spot=2 of
// several.
func spellUnits(states []capacity.State, pools []capacity.Pool) string {
	if len(states) == 1 {
		if states[0].Units == 1 {
			return "1 unit runs"
		}
		return capacity.Count(states[0].Units, "unit") + " run"
	}
	all := make([]string, len(states))
	for i, s := range states {
		all[i] = fmt.Sprintf("%s=%d", pools[i].Name, s.Units)
	}
	return strings.Join(all, ",") + " units run"
}

// poolNames lists the pools of a policy.
func poolNames(pools []capacity.Pool) string {
	names := make([]string, len(pools))
	for i, p := range pools {
		names[i] = p.Name
	}
	return strings.Join(names, ", ")
}
