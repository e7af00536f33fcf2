package workflows

import (
	"fmt"
	"slices"

	"go.temporal.io/sdk/workflow"

	"headroom/activities"
	"headroom/capacity"
)

// substitute asks the next pool in merit order for the units that an action has
// not got. If none can take over, what was reached is kept, and said.
func (c *conductor) substitute(ctx workflow.Context, at attempt, outcome capacity.Outcome) {
	s, action := c.state, at.action
	own := slices.IndexFunc(s.Policy.Pools, func(p capacity.Pool) bool { return p.Target == action.Target })
	missing := action.Units - outcome.After.Serving
	if outcome.Verdict == capacity.Failed { // nothing was written
		missing = action.Units - action.From
	}
	if own < 0 || missing <= 0 || at.plan != s.Plan.ID || s.Aborted != nil {
		return
	}
	c.woken = true
	tried := slices.Concat(at.tried, []string{s.Policy.Pools[own].Name})
	sub, err := do(remote(ctx, fmt.Sprintf("find a pool to replace %s of %s", capacity.Count(missing, "unit"), s.Policy.Pools[own].Name)), a.Substitute, activities.SubstituteInput{
		Policy: s.Policy, Clock: s.Clock, Action: action, Missing: missing, Tried: tried,
	})
	switch {
	case err != nil:
		s.note("%s lacks %s, and no pool could be found to take over: %v", s.Policy.Pools[own].Name, capacity.Count(missing, "unit"), err)
		return
	case sub.Pool == "":
		s.note("%s lacks %s, and no other pool has room: a load of %g is not covered", s.Policy.Pools[own].Name, capacity.Count(missing, "unit"), sub.Left)
		return
	case at.plan != s.Plan.ID || c.loaded != s.Plan.ID || s.Aborted != nil:
		return // a newer plan has read what is missing
	}
	next := slices.IndexFunc(s.Policy.Pools, func(p capacity.Pool) bool { return p.Name == sub.Pool })
	if w := Decide(c.stand(s.Policy.Pools[next], c.now(ctx))); !w.Ask && w.Why != "" {
		s.note("%s lacks %s, and %s may not take over: %s", s.Policy.Pools[own].Name, capacity.Count(missing, "unit"), sub.Pool, w.Why)
		return
	}
	s.note("%s", sub.Why)
	if sub.Left > 0 {
		s.note("a load of %g is not covered still", sub.Left)
	}
	first := at.first
	if first == "" {
		first = action.Target
	}
	s.lend(first, sub)
	c.attempt(ctx, attempt{plan: at.plan, action: sub.Action, first: first, tried: tried}, []capacity.Units{sub.Action.From}, false)
}
