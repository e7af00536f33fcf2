package records

import (
	"context"
	"errors"
	"slices"
	"time"

	"headroom/capacity"
)

// A DayBook is what was seen of a service on one day, in UTC. It leads from a
// time to what was done then.
type DayBook struct {
	Seen  []Sighting `json:",omitempty"` // in the order in which plans were made
	Acted []string   `json:",omitempty"` // IDs of the plans of which targets were asked for something
}

// A Sighting is what the targets of a policy ran when a plan was made.
type Sighting struct {
	Plan   string
	At     time.Time
	States map[capacity.TargetName]capacity.State
}

// DayBook reads the book of a day; an empty one is no error.
func (r Records) DayBook(ctx context.Context, service string, day time.Time) (book DayBook, version string, err error) {
	return Read[DayBook](ctx, r, service, capacity.DayKey(service, day))
}

// book changes the book of a day, unless change says that it need not. Plans and
// outcomes may be booked at the same moment.
func (r Records) book(ctx context.Context, service string, day time.Time, change func(*DayBook) bool) error {
	key := capacity.DayKey(service, day)
	for try := 1; ; try++ {
		book, version, err := r.DayBook(ctx, service, day)
		if err != nil || !change(&book) {
			return err
		}
		if err = r.SwapJSON(ctx, key, book, version); !errors.Is(err, capacity.ErrConflict) || try == Tries {
			return err
		}
	}
}

// BookSeen books what the policy's targets ran when a plan was made, once for
// each plan.
func (r Records) BookSeen(ctx context.Context, p capacity.Policy, plan string, at time.Time, states []capacity.State) error {
	seen := Sighting{Plan: plan, At: at, States: map[capacity.TargetName]capacity.State{}}
	for i, pool := range p.Pools {
		seen.States[pool.Target] = states[i]
	}
	return r.book(ctx, p.Service, at, func(b *DayBook) bool {
		if slices.ContainsFunc(b.Seen, func(s Sighting) bool { return s.Plan == plan }) {
			return false
		}
		b.Seen = append(b.Seen, seen)
		return true
	})
}

// BookActed books that a plan was carried out, on each day on which outcomes say
// that a target was asked, or looked at.
func (r Records) BookActed(ctx context.Context, service, plan string, outcomes []capacity.Outcome) error {
	var days []time.Time
	for _, o := range outcomes {
		for _, at := range []time.Time{o.Asked, o.Settled} {
			if day := at.UTC().Truncate(24 * time.Hour); !o.Asked.IsZero() && !slices.Contains(days, day) {
				days = append(days, day)
			}
		}
	}
	for _, day := range days {
		err := r.book(ctx, service, day, func(b *DayBook) bool {
			if slices.Contains(b.Acted, plan) {
				return false
			}
			b.Acted = append(b.Acted, plan)
			return true
		})
		if err != nil {
			return err
		}
	}
	return nil
}
