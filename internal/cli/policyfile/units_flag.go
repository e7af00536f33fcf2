package policyfile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"headroom/capacity"
	"headroom/internal/cli/command"
)

// ParseUnitsFlag reads what --units gives for the pools: a number for each in the order of
// the policy, such as 3,2,0, or by name, such as g5=3,spot=2, where a pool that
// is not named runs none.
func ParseUnitsFlag(text string, pools []capacity.Pool) ([]capacity.State, error) {
	states, parts := make([]capacity.State, len(pools)), strings.Split(text, ",")
	named := strings.Contains(text, "=")
	if !named && len(parts) != len(pools) {
		return nil, fmt.Errorf("--units %s has %d numbers, the policy %s (%s): give one for each: %w", text, len(parts), capacity.Count(len(pools), "pool"), poolNames(pools), command.ErrUsage)
	}
	said := make([]bool, len(pools))
	for i, part := range parts {
		name, number, ok := strings.Cut(part, "=")
		if !ok {
			name, number = pools[min(i, len(pools)-1)].Name, part
		}
		at := slices.IndexFunc(pools, func(p capacity.Pool) bool { return p.Name == name })
		if at < 0 || ok != named {
			return nil, fmt.Errorf("--units %q: write POOL=NUMBER with one of the pools %s: %w", part, poolNames(pools), command.ErrUsage)
		}
		if said[at] {
			return nil, fmt.Errorf("--units %s says pool %s twice: %w", text, name, command.ErrUsage)
		}
		n, err := strconv.Atoi(number)
		if err != nil || n < 0 {
			return nil, fmt.Errorf("--units %q: write a whole number from 0 on: %w", part, command.ErrUsage)
		}
		said[at], states[at] = true, capacity.State{Units: capacity.Units(n), Serving: capacity.Units(n)}
	}
	return states, nil
}

// SpellUnits writes states as --units takes them: 7 of one pool, g5=7, spot=2 of
// several.
func SpellUnits(states []capacity.State, pools []capacity.Pool) string {
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
