package inforce

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"headroom/audit"
	"headroom/capacity"
	"headroom/executor"
	"headroom/internal/cli/command"
	"headroom/internal/cli/session"
)

// StoredOrders are the standing orders of a service that no run holds: the next run
// begins with them.
type StoredOrders struct {
	executor.StandingOrders
	Fault string `json:",omitempty"` // why they cannot be read: the next run pauses the service
	From  string `json:",omitempty"` // where they come from, if their object is gone
}

// ReadOrders reads the standing orders of a service as its next run will.
func ReadOrders(ctx context.Context, s session.Session, service string) (out StoredOrders, err error) {
	key := capacity.OrdersKey(service)
	stored, err := session.ReadIfThere[executor.StandingOrders](ctx, s.Store, key)
	if err == nil && stored == nil {
		var r audit.Record
		r, err = audit.LastOrder(ctx, s.Store, service)
		if errors.Is(err, capacity.ErrNotFound) {
			return out, nil
		}
		if err == nil {
			stored, out.From = new(executor.StandingOrders), fmt.Sprintf("%q is gone; this is of record %d of the audit", key, r.Sequence)
			if wrong := json.Unmarshal(r.Facts, stored); wrong != nil {
				err = fmt.Errorf("read record %d of the audit: %w: %w", r.Sequence, wrong, capacity.ErrBadData)
			}
		}
	}
	if errors.Is(err, capacity.ErrBadData) {
		return StoredOrders{Fault: err.Error()}, nil
	}
	if err == nil {
		out.StandingOrders = *stored
	}
	return out, err
}

// at are the orders that hold at a time, or will.
func (o StoredOrders) at(now time.Time) StoredOrders {
	o.Overrides = slices.DeleteFunc(slices.Clone(o.Overrides), func(one capacity.Override) bool { return !now.Before(one.Until) })
	if p := o.Pause; p != nil && !p.Until.IsZero() && !now.Before(p.Until) {
		o.Pause = nil
	}
	return o
}

// NextChange is what a pool is asked for next, as far as it is known.
type NextChange struct {
	At     time.Time
	Text   string           // without the time
	Action *capacity.Action `json:",omitempty"` // of the plan; nil: something else changes
}

// In is the change with its day and time.
func (n NextChange) In(zone *time.Location) string {
	return n.Text + " on " + n.At.In(zone).Format(command.Moment)
}

// Held is what keeps a service from being changed at a time, and until when; empty:
// nothing does. What outranks all else comes first.
func (f InForce) Held(now time.Time) (state, why string, until time.Time) {
	policy := capacity.Policy{}
	pause := f.Stored.Pause
	if f.Conductor != nil {
		policy, pause = f.Conductor.Policy, f.Conductor.Pause
	}
	window, deny, frozen := policy.Control.Freeze.At(now)
	switch {
	case f.Conductor != nil && f.Conductor.Aborted != nil:
		return "aborting", "", time.Time{}
	case f.Stopped != "":
		return "stopped", f.Stopped, time.Time{}
	case f.CarriedOut != nil && policy.Control.Mode == capacity.Propose:
		return "held", "control.mode of the policy is propose: nothing is carried out; set it to auto or approve, and sync or plan", time.Time{}
	case frozen && deny == capacity.DenyAll && (pause == nil || !pause.Until.IsZero() && pause.Until.Before(window.To)):
		return "frozen", "the policy denies all changes", window.To
	case pause != nil:
		return "paused", "", pause.Until
	case f.Stored.Fault != "":
		return "paused", f.Stored.Fault, time.Time{}
	}
	return "", "", time.Time{}
}

// Next is the change of a pool that is due first; false: none is known.
func (f InForce) Next(r capacity.Running, now time.Time) (n NextChange, ok bool) {
	if f.Conductor == nil {
		return n, false
	}
	switch state, _, until := f.Held(now); {
	case state != "" && until.IsZero():
		return n, false
	case state == "paused":
		return NextChange{At: until, Text: "the pause ends"}, true
	case state != "":
		return NextChange{At: until, Text: "the freeze ends"}, true
	}
	earliest := func(at time.Time, text string, a *capacity.Action) {
		if at.After(now) && (!ok || at.Before(n.At)) {
			n, ok = NextChange{at, text, a}, true
		}
	}
	if a := r.Next; a != nil && !f.overrules(r.Pool, *a) {
		n, ok = NextChange{a.At, describeAction(*a), a}, true
	}
	for _, o := range f.Conductor.Overrides {
		if o.Pool != "" && o.Pool != r.Pool {
			continue
		}
		least := ""
		if o.AtLeast {
			least = "at least "
		}
		earliest(o.From, fmt.Sprintf("override to %s%s begins", least, capacity.Count(o.Units, "unit")), nil)
		earliest(o.Until, fmt.Sprintf("override to %s%s ends", least, capacity.Count(o.Units, "unit")), nil)
	}
	return n, ok
}

// overrules reports whether an override holds when an action of a pool is due, and
// keeps it from being asked for.
func (f InForce) overrules(pool string, a capacity.Action) bool {
	return slices.ContainsFunc(f.Conductor.Overrides, func(o capacity.Override) bool {
		return (o.Pool == "" || o.Pool == pool) && o.Holds(a.At) && (!o.AtLeast || o.Units >= a.Units)
	})
}

// describeAction is what an action changes.
func describeAction(a capacity.Action) string { return fmt.Sprintf("%d → %d", a.From, a.Units) }
