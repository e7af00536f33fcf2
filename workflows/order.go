package workflows

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"headroom/audit"
	"headroom/capacity"
)

// The names under which a person speaks to a conductor.
const (
	OverrideUpdate = "override" // takes a capacity.Override
	ClearUpdate    = "clear"    // takes an Order that names an override
	PauseUpdate    = "pause"    // takes an Order
	ResumeUpdate   = "resume"   // takes an Order
	AbortUpdate    = "abort"    // takes an Order
)

// An Order is what a person told a conductor.
type Order struct {
	Name     string    // one of the updates; the conductor fills it in
	Override string    `json:",omitempty"` // the ID of the override that it is about
	At       time.Time // when it was said; the conductor fills it in
	Until    time.Time `json:",omitzero"` // a pause ends by itself; zero: it does not
	By, Why  string
}

// text is what was ordered, in a few words.
func (o Order) text(service string) string {
	if o.Override != "" {
		return o.Name + " override " + o.Override
	}
	if !o.Until.IsZero() {
		return o.Name + " " + service + " until " + o.Until.Format(time.RFC3339)
	}
	return o.Name + " " + service
}

// holds reports whether a pause counts at t.
func (o Order) holds(t time.Time) bool { return o.Until.IsZero() || t.Before(o.Until) }

// ordered keeps what was said, has it recorded, and wakes the conductor.
func (c *conductor) ordered(ctx workflow.Context, o Order, text string) {
	c.woken = true
	c.witness(ctx, audit.Record{
		ID: "ordered/" + workflow.GetCurrentUpdateInfo(ctx).ID, At: o.At, Kind: audit.Ordered, By: o.By, Why: o.Why, Plan: c.state.Plan.ID,
		Text: fmt.Sprintf("%s: %s", o.By, text),
	})
	c.state.Orders = append(c.state.Orders, o)
	c.state.Orders = c.state.Orders[max(0, len(c.state.Orders)-remembered):]
}

// override takes a new override, which also ends a drift of its target: who
// overrides has looked.
func (c *conductor) override(ctx workflow.Context, o capacity.Override) {
	s := c.state
	if s.overridden(o.ID) {
		return
	}
	c.ordered(ctx, Order{Name: OverrideUpdate, Override: o.ID, At: c.now(ctx), Until: o.Until, By: o.By, Why: o.Why}, "override "+o.ID+", "+o.Text())
	s.Overrides = append(s.Overrides, o)
	for _, pool := range s.Policy.Pools {
		if h, asked := s.Held[pool.Target]; asked && h.Drifted != "" && (o.Pool == pool.Name || o.Pool == "") {
			h.Drifted, h.Known, h.Maybe, h.Wanted = "", false, nil, nil
			s.Held[pool.Target] = h
		}
	}
}

// overridden reports whether there is an override with that ID.
func (s *ExecuteState) overridden(id string) bool {
	return slices.ContainsFunc(s.Overrides, func(o capacity.Override) bool { return o.ID == id })
}

// checkOverride refuses an override that cannot count.
func (c *conductor) checkOverride(now time.Time, o capacity.Override) error {
	s := c.state
	pools := s.Policy.Pools
	switch {
	case s.overridden(o.ID):
		return nil // a repeat
	case s.Aborted != nil:
		return fmt.Errorf("%s has aborted it: %s", s.Aborted.By, s.Aborted.Why)
	case o.ID == "":
		return errors.New("the override has no ID")
	case o.By == "" || o.Why == "":
		return errors.New("say who overrides the plan, and why")
	case o.Units < 0:
		return fmt.Errorf("%s cannot run: ask for 0 or more", capacity.Count(o.Units, "unit"))
	case o.Pool == "" && len(pools) != 1:
		return fmt.Errorf("the policy has %s: say which", capacity.Count(len(pools), "pool"))
	case o.Pool != "" && !slices.ContainsFunc(pools, func(p capacity.Pool) bool { return p.Name == o.Pool }):
		return fmt.Errorf("the policy has no pool %q", o.Pool)
	case !o.Until.After(now) || !o.Until.After(o.From):
		return fmt.Errorf("the override ends at %s, before it counts: let it end later", o.Until.Format(time.RFC3339))
	}
	begins := o.From
	if begins.Before(now) {
		begins = now
	}
	for _, f := range s.Policy.Control.Freeze.Windows {
		if f.Holds(begins) {
			return fmt.Errorf("the policy freezes %s until %s: nothing is asked for before", s.Service, f.To.Format(time.RFC3339))
		}
	}
	return nil
}

func (c *conductor) checkClear(_ time.Time, o Order) error {
	if !c.state.overridden(o.Override) {
		return fmt.Errorf("there is no override %q", o.Override)
	}
	return nil
}

func (c *conductor) checkResume(time.Time, Order) error {
	if c.state.Pause == nil {
		return fmt.Errorf("%s is not paused", c.state.Service)
	}
	return nil
}

func checkPause(now time.Time, o Order) error {
	switch {
	case o.Why == "":
		return errors.New("say why it is paused")
	case !o.Until.IsZero() && !o.Until.After(now):
		return fmt.Errorf("the pause ends at %s, before it begins: let it end later", o.Until.Format(time.RFC3339))
	}
	return nil
}

func checkAbort(_ time.Time, o Order) error {
	if o.Why == "" {
		return errors.New("say why it is aborted")
	}
	return nil
}
