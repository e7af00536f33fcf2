package restore

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"headroom/activities/records"
	"headroom/capacity"
)

// lookedAt is how far back a day book is rebuilt that is lost: a look back reads no older
// ones, and what is older may have been let go.
const lookedAt = 14 * 24 * time.Hour

// sortedPlans are the names of folders below prefix that hold a plan.
func sortedPlans(keys map[string]bool, prefix string) (plans []string) {
	for key := range keys {
		below, found := strings.CutPrefix(key, prefix)
		if plan, part, _ := strings.Cut(below, "/"); found && part == "plan.json" {
			plans = append(plans, plan)
		}
	}
	slices.Sort(plans)
	return plans
}

// outcomes restores what became of the plans that are kept from the outcomes on record.
func (j *job) outcomes(ctx context.Context) error {
	acted := map[string]bool{}
	for _, r := range j.chain.acted {
		acted[r.Plan] = true
	}
	for _, plan := range j.plans() {
		key := capacity.PlanKey(j.service, plan, "outcomes.json")
		if !acted[plan] && !j.keys[key] {
			continue
		}
		var stored []capacity.Outcome
		o, err := j.read(ctx, key, &stored, nil)
		if err != nil {
			return err
		}
		if o.fault == "" {
			continue
		}
		all := j.actedOf(plan)
		if len(all) == 0 {
			err = j.remove(ctx, o, "no outcome of this plan is on record")
		} else {
			err = j.rebuild(ctx, o, all, fmt.Sprintf("the audit: %s", capacity.Count(len(all), "outcome")))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// dayBooks restores what targets ran when plans were made, and which plans were carried
// out, day by day.
func (j *job) dayBooks(ctx context.Context) error {
	books, err := j.booked(ctx)
	if err != nil {
		return err
	}
	prefix := "days/" + j.service + "/"
	for key := range j.keys {
		if day, err := time.Parse(time.DateOnly, strings.TrimSuffix(strings.TrimPrefix(key, prefix), ".json")); strings.HasPrefix(key, prefix) && err == nil && books[day] == nil {
			books[day] = &records.DayBook{}
		}
	}
	for _, day := range slices.SortedFunc(maps.Keys(books), time.Time.Compare) {
		var stored records.DayBook
		o, err := j.read(ctx, capacity.DayKey(j.service, day), &stored, nil)
		if err != nil {
			return err
		}
		book := books[day]
		if o.fault == "" || o.fault == Lost && j.newest().Sub(day) > lookedAt {
			continue
		}
		err = j.rebuild(ctx, o, book, fmt.Sprintf("the audit and stored plans: %s made, %d carried out", capacity.Count(len(book.Seen), "plan"), len(book.Acted)))
		if err != nil {
			return err
		}
	}
	return nil
}

// newest is when the newest plan was made, or the newest action asked for.
func (j *job) newest() (at time.Time) {
	for _, r := range slices.Concat(j.chain.planned, j.chain.acted) {
		if r.At.After(at) {
			at = r.At
		}
	}
	return at
}

// booked is what the day books should hold of all that is on record, by day.
func (j *job) booked(ctx context.Context) (map[time.Time]*records.DayBook, error) {
	books := map[time.Time]*records.DayBook{}
	of := func(at time.Time) *records.DayBook {
		day := at.UTC().Truncate(24 * time.Hour)
		if books[day] == nil {
			books[day] = &records.DayBook{}
		}
		return books[day]
	}
	for _, r := range slices.Backward(j.chain.planned) {
		stored, _, err := j.madePlan(ctx, r)
		if errors.Is(err, capacity.ErrNotFound) || errors.Is(err, capacity.ErrBadData) {
			continue
		}
		if err != nil {
			return nil, err
		}
		seen := records.Sighting{Plan: r.Plan, At: r.At, States: map[capacity.TargetName]capacity.State{}}
		for i, pool := range stored.Policy.Pools {
			if i < len(stored.States) {
				seen.States[pool.Target] = stored.States[i]
			}
		}
		book := of(r.At)
		book.Seen = append(book.Seen, seen)
	}
	for _, r := range slices.Backward(j.chain.acted) {
		for _, o := range outcomesOf(r) {
			if o.Asked.IsZero() {
				continue // nothing was asked of the target
			}
			for _, at := range []time.Time{o.Asked, o.Settled} {
				if book := of(at); !slices.Contains(book.Acted, r.Plan) {
					book.Acted = append(book.Acted, r.Plan)
				}
			}
		}
	}
	return books, nil
}
