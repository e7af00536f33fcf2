package restore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"headroom/activities/events"
	"headroom/activities/execution"
	"headroom/audit"
	"headroom/capacity"
	"headroom/executor/event"
)

// targets restores which targets belong to the service, from the plan that was carried
// out last.
func (j *job) targets(ctx context.Context) error {
	var own []capacity.TargetName
	o, err := j.read(ctx, capacity.OwnTargetsKey(j.service), &own, nil)
	if err != nil {
		return err
	}
	last, carried := j.carriedOut()
	if j.chain.retired || !carried {
		if o.fault == Damaged {
			return j.rebuild(ctx, o, []capacity.TargetName{}, "the audit: no plan is carried out, so no target belongs to the service")
		}
		return nil
	}
	at := slices.IndexFunc(j.chain.planned, func(r audit.Record) bool { return r.Plan == last.Plan })
	if at < 0 {
		return nil
	}
	stored, _, err := j.madePlan(ctx, j.chain.planned[at])
	if errors.Is(err, capacity.ErrNotFound) || errors.Is(err, capacity.ErrBadData) {
		return nil
	}
	if err != nil {
		return err
	}
	from := fmt.Sprintf("plan %s, which was carried out last", last.Plan)
	var should []capacity.TargetName
	for _, pool := range stored.Asked.Pools {
		should = append(should, pool.Target)
		var held execution.Claim
		c, err := j.read(ctx, capacity.TargetKey(pool.Target), &held, nil)
		if err != nil {
			return err
		}
		if c.fault == "" {
			continue // it may belong to another service by now
		}
		if err := j.rebuild(ctx, c, execution.Claim{Target: pool.Target.Identity(), Service: j.service, Since: last.At}, from); err != nil {
			return err
		}
	}
	if o.fault == "" {
		return nil
	}
	return j.rebuild(ctx, o, should, from)
}

// events takes damaged records of events away, so that the events can be prepared anew.
func (j *job) events(ctx context.Context) error {
	return j.eachEvent(ctx, func(o object, _ events.Record) error {
		if o.fault == "" {
			return nil
		}
		name := strings.TrimSuffix(strings.TrimPrefix(o.key, "events/"+j.service+"/"), ".json")
		return j.remove(ctx, o, fmt.Sprintf("if its limits are still raised (`headroom audit show %s --kind bounded`), run `headroom event %s %s` and then `--cancel`, which restores them", j.service, j.service, name))
	})
}

// eachEvent calls do with every record of an event.
func (j *job) eachEvent(ctx context.Context, do func(object, events.Record) error) error {
	var keys []string
	for e, err := range j.Store.List(ctx, "events/"+j.service+"/", "") {
		if err != nil {
			return err
		}
		if strings.HasSuffix(e.Key, ".json") {
			keys = append(keys, e.Key)
		}
	}
	for _, key := range keys {
		var r events.Record
		o, err := j.read(ctx, key, &r, func() bool { return r.State.Event.Name != "" })
		if err == nil {
			err = do(o, r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// limits restores what upper limits were before events raised them, from the records of
// the events that have not ended.
func (j *job) limits(ctx context.Context) error {
	needs := map[capacity.TargetName][]need{}
	var order []capacity.TargetName
	err := j.eachEvent(ctx, func(o object, r events.Record) error {
		for _, raise := range r.State.Raised {
			if o.fault == "" && raise.Outcome == "" {
				if needs[raise.Target] == nil {
					order = append(order, raise.Target)
				}
				needs[raise.Target] = append(needs[raise.Target], need{r.State.ID, raise})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	targets, err := j.knownTargets(ctx)
	if err != nil {
		return err
	}
	for _, target := range append(order, targets...) {
		var stored event.RaisedLimit
		o, err := j.read(ctx, capacity.LimitKey(target), &stored, nil)
		if err != nil {
			return err
		}
		switch open := needs[target]; {
		case o.fault == "", o.fault == Lost && len(open) == 0, j.DryRun && j.has(o.key):
		case len(open) == 0:
			err = j.remove(ctx, o, "no event that has not ended has raised this limit")
		default:
			err = j.rebuild(ctx, o, raised(open), fmt.Sprintf("the records of %s", capacity.Count(len(open), "event")))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// has reports whether an object was found to be at fault.
func (j *job) has(key string) bool {
	return slices.ContainsFunc(j.found, func(f Finding) bool { return f.Key == key })
}

// A need is what an event needs an upper limit to be.
type need struct {
	preparation string
	raise       event.Raise
}

// raised is an upper limit that events have raised one after the other.
func raised(open []need) (l event.RaisedLimit) {
	for _, n := range open {
		limit := n.raise.Seen
		if l.Target != "" {
			limit = l.Base
		}
		if next, err := l.Raise(n.preparation, n.raise, limit); err == nil {
			l = next
		}
	}
	return l
}

// knownTargets are the targets of the last plan's policy.
func (j *job) knownTargets(ctx context.Context) (all []capacity.TargetName, err error) {
	stored, _, _, _, err := j.lastPlan(ctx)
	for _, pool := range stored.Asked.Pools {
		all = append(all, pool.Target)
	}
	return all, err
}
