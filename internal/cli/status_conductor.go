package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"headroom/capacity"
	"headroom/workflows"
)

// conducting is what a service's conductor was told and has met.
type conducting struct {
	Held      []holding
	Loans     []workflows.Loan
	Overrides []capacity.Override
	Pause     *workflows.Order
	Aborted   *workflows.Order
	Orders    []workflows.Order
	Notes     []string
}

// A holding is what a target was last asked for.
type holding struct {
	Pool    string
	Target  capacity.TargetName
	Units   capacity.Units
	Known   bool // false: an action failed half-way
	At      time.Time
	Drifted string // who is not us changed it; empty: nobody
}

// conducting asks the conductor; nil if none runs. A conductor that does not
// answer, because no worker runs, is no reason to tell nothing of the rest.
func (s session) conducting(ctx context.Context, service string) *conducting {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	state, err := s.conductor(ctx, service)
	if errors.Is(err, capacity.ErrRefused) {
		return nil
	}
	if err != nil {
		return &conducting{Notes: []string{err.Error()}}
	}
	out := &conducting{Loans: state.Loans, Overrides: state.Overrides, Pause: state.Pause, Aborted: state.Aborted, Orders: state.Orders, Notes: state.Notes}
	for _, pool := range state.Policy.Pools {
		if h, asked := state.Held[pool.Target]; asked {
			out.Held = append(out.Held, holding{pool.Name, pool.Target, h.Units, h.Known, h.At, h.Drifted})
		}
	}
	return out
}

// print writes the rows of the status table.
func (c *conducting) print(w io.Writer) {
	if c == nil {
		return
	}
	if c.Pause != nil {
		fmt.Fprintf(w, "paused\t%s\n", describeOrder(*c.Pause))
	}
	if c.Aborted != nil {
		fmt.Fprintf(w, "aborted\t%s\n", describeOrder(*c.Aborted))
	}
	for _, o := range c.Overrides {
		fmt.Fprintf(w, "override %s\t%s\n", o.ID, describeOverride(o))
	}
	for _, h := range c.Held {
		switch {
		case h.Drifted != "":
			fmt.Fprintf(w, "drifted %s\t%s\n", h.Pool, h.Drifted)
		case !h.Known:
			fmt.Fprintf(w, "holds %s\tnot known: the last action failed\n", h.Pool)
		default:
			fmt.Fprintf(w, "holds %s\t%d units, asked for at %s\n", h.Pool, h.Units, h.At.Format(time.RFC3339))
		}
	}
	for _, l := range c.Loans {
		fmt.Fprintf(w, "in place of another pool\t%s\n", l.Why)
	}
	for _, note := range c.Notes {
		fmt.Fprintf(w, "note\t%s\n", note)
	}
}
