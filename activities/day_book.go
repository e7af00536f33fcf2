package activities

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

// dayBook reads the book of a day; an empty one is no error.
func (a *Activities) dayBook(ctx context.Context, service string, day time.Time) (book DayBook, version string, err error) {
	return swapped[DayBook](ctx, a, service, capacity.DayKey(service, day))
}

// book changes the book of a day, unless change says that it need not. Plans and
// outcomes may be booked at the same moment.
func (a *Activities) book(ctx context.Context, service string, day time.Time, change func(*DayBook) bool) error {
	key := capacity.DayKey(service, day)
	for try := 1; ; try++ {
		book, version, err := a.dayBook(ctx, service, day)
		if err != nil || !change(&book) {
			return err
		}
		if err = a.swapJSON(ctx, key, book, version); !errors.Is(err, capacity.ErrConflict) || try == conflicts {
			return err
		}
	}
}

// bookSeen books what the policy's targets ran when a plan was made, once for
// each plan.
func (a *Activities) bookSeen(ctx context.Context, p capacity.Policy, plan string, at time.Time, states []capacity.State) error {
	seen := Sighting{Plan: plan, At: at, States: map[capacity.TargetName]capacity.State{}}
	for i, pool := range p.Pools {
		seen.States[pool.Target] = states[i]
	}
	return a.book(ctx, p.Service, at, func(b *DayBook) bool {
		if slices.ContainsFunc(b.Seen, func(s Sighting) bool { return s.Plan == plan }) {
			return false
		}
		b.Seen = append(b.Seen, seen)
		return true
	})
}

// bookActed books that a plan was carried out, on each day on which outcomes say
// that a target was asked, or looked at.
func (a *Activities) bookActed(ctx context.Context, service, plan string, outcomes []capacity.Outcome) error {
	var days []time.Time
	for _, o := range outcomes {
		for _, at := range []time.Time{o.Asked, o.Settled} {
			if day := at.UTC().Truncate(24 * time.Hour); !o.Asked.IsZero() && !slices.Contains(days, day) {
				days = append(days, day)
			}
		}
	}
	for _, day := range days {
		err := a.book(ctx, service, day, func(b *DayBook) bool {
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
