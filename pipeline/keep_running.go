package pipeline

import (
	"fmt"

	"headroom/capacity"
)

// KeepRunning is the policy for a plan that no model stands behind, where the
// targets of the pools run the given states, in their order: in mode auto no pool
// goes below its state, and a note says so. What is asked for now was once decided
// on better grounds, and to run too much for a while costs less than to take
// away what the load may need; what the last plan said does not count, since it
// may never have been carried out. In the other modes a person sees the plan,
// and the policy stays as it is.
func KeepRunning(p capacity.Policy, states ...capacity.State) (capacity.Policy, []string) {
	if p.Control.Mode != capacity.Auto {
		return p, nil
	}
	var notes []string
	pools := make([]capacity.Pool, len(p.Pools))
	copy(pools, p.Pools)
	for i := range pools[:min(len(pools), len(states))] {
		pool := &pools[i]
		if least := min(states[i].Units, pool.Max); least > pool.Min {
			pool.Min = least
			notes = append(notes, fmt.Sprintf("%s is kept at %s or more, what it was asked for before: in mode auto nothing is taken away without a model", pool.Name, capacity.Count(least, "unit")))
		}
	}
	p.Pools = pools
	return p, notes
}
