package pruning

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"headroom/activities/records"
	"headroom/audit"
	"headroom/capacity"
)

// A storedParts is the objects of one plan, or of one version of models.
type storedParts struct {
	id      string
	written time.Time // the newest of them
	parts   []capacity.Entry
}

// grouped lists what is below a prefix, by the part of the key that follows it, the
// newest first.
func (a *Pruning) grouped(ctx context.Context, prefix string) ([]storedParts, error) {
	var all []storedParts
	for e, err := range a.Records.Store.List(ctx, prefix, "") {
		if err != nil {
			return nil, err
		}
		id, _, _ := strings.Cut(strings.TrimPrefix(e.Key, prefix), "/")
		if n := len(all); n == 0 || all[n-1].id != id {
			all = append(all, storedParts{id: id})
		}
		one := &all[len(all)-1]
		one.parts = append(one.parts, e)
		if e.Modified.After(one.written) {
			one.written = e.Modified
		}
	}
	slices.SortStableFunc(all, func(a, b storedParts) int { return cmp.Or(b.written.Compare(a.written), cmp.Compare(a.id, b.id)) })
	return all, nil
}

// older lists what is below a prefix and was last written before a time.
func (a *Pruning) older(ctx context.Context, prefix string, before time.Time) ([]capacity.Entry, error) {
	var old []capacity.Entry
	for e, err := range a.Records.Store.List(ctx, prefix, "") {
		if err != nil {
			return nil, err
		}
		if e.Modified.Before(before) {
			old = append(old, e)
		}
	}
	return old, nil
}

// damagedName ends the keys of damaged objects that were set aside.
var damagedName = regexp.MustCompile(`\.damaged-[0-9a-f]{8}$`)

// prune removes what is no longer kept of a service, and has long-kept records of its
// audit share objects. It records what it removes before it does: broken off, the next
// call ends it.
func (a *Pruning) prune(ctx context.Context, service, run string) (out Pruned, err error) {
	now, keep := a.Records.Now(), a.Keep.OrDefault()
	due, err := a.due(ctx, service, now, keep)
	if err != nil {
		return out, err
	}
	if err := a.record(ctx, service, run, now, keep, due); err != nil {
		return out, err
	}
	if out, err = a.remove(ctx, due); err != nil {
		return out, err
	}
	compacted, err := audit.Compact(ctx, a.Records.Store, service)
	out.Records = compacted.Records
	return out, err
}

// record records that objects are removed, if there are any.
func (a *Pruning) record(ctx context.Context, service, run string, now time.Time, keep Retention, due []capacity.Entry) error {
	if len(due) == 0 {
		return nil
	}
	var all Pruned
	for _, e := range due {
		all.counted(e)
	}
	facts, err := records.Facts(all)
	if err != nil {
		return err
	}
	return a.Records.Append(ctx, audit.Record{
		Service: service, ID: "pruned/" + run, At: now, Kind: audit.Pruned, Facts: facts,
		Text: fmt.Sprintf("%s: plans from before %s and models from before %s, and what belongs to them; nothing in force needs them", all, stamp(now.Add(-keep.Plans)), stamp(now.Add(-keep.Models))),
	}, nil)
}

func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// due is what is no longer kept of a service.
func (a *Pruning) due(ctx context.Context, service string, now time.Time, keep Retention) ([]capacity.Entry, error) {
	plans, err := a.grouped(ctx, "plans/"+service+"/")
	if err != nil {
		return nil, err
	}
	models, err := a.grouped(ctx, "models/"+service+"/")
	if err != nil {
		return nil, err
	}
	n, err := a.needs(ctx, service) // after the lists: what is made current now is in none, or young
	if err != nil {
		return nil, err
	}
	var due []capacity.Entry
	before := now.Add(-keep.Plans)
	for i, p := range plans {
		if i < newestPlans || n.plans[p.id] {
			if err := a.plan(ctx, n, service, p, now.Add(-keep.History)); err != nil {
				return nil, err
			}
			continue
		}
		for _, part := range p.parts {
			page := strings.HasSuffix(part.Key, "/report.html") && part.Modified.Before(now.Add(-keep.Reports))
			if page || p.written.Before(before) {
				due = append(due, part)
			}
		}
	}
	for i, m := range models {
		if i >= newestModels && !n.versions[m.id] && m.written.Before(now.Add(-keep.Models)) {
			due = append(due, m.parts...)
		}
	}
	for prefix, before := range map[string]time.Time{
		"history/": now.Add(-keep.History - later), "forecasts/": now.Add(-keep.History - later), "days/": before.Add(-later), "regret/": now.Add(-keep.Regret),
	} {
		old, err := a.older(ctx, prefix+service+"/", before)
		if err != nil {
			return nil, err
		}
		due = append(due, slices.DeleteFunc(old, func(e capacity.Entry) bool { return n.keys[e.Key] })...)
	}
	for _, prefix := range []string{"services/" + service + "/", "orders/" + service + ".json.", "events/" + service + "/", "days/" + service + "/"} {
		old, err := a.older(ctx, prefix, now.Add(-keep.Damaged))
		if err != nil {
			return nil, err
		}
		due = append(due, slices.DeleteFunc(old, func(e capacity.Entry) bool { return !damagedName.MatchString(e.Key) })...)
	}
	slices.SortFunc(due, func(a, b capacity.Entry) int { return strings.Compare(a.Key, b.Key) })
	return slices.CompactFunc(due, func(a, b capacity.Entry) bool { return a.Key == b.Key }), nil
}
