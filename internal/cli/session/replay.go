package session

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"headroom/capacity"
	"headroom/internal/cli/command"
)

// Replay is the flags that let a command believe in another time.
type Replay struct {
	AsOf  string
	Speed float64
}

// Flags adds --as-of and --speed.
func (r *Replay) Flags(c *cobra.Command) {
	c.Flags().StringVar(&r.AsOf, "as-of", "", "replay: believe that it is this time (RFC 3339)")
	c.Flags().Float64Var(&r.Speed, "speed", 1, "replay: run so many times as fast as the wall (with --as-of)")
}

// Clock is the wall clock, or the replay that the flags ask for.
func (r Replay) Clock() (capacity.Clock, error) {
	if r.AsOf == "" {
		if r.Speed != 1 {
			return capacity.Clock{}, fmt.Errorf("--speed is for a replay: give --as-of, too: %w", command.ErrUsage)
		}
		return capacity.Clock{}, nil
	}
	origin, err := time.Parse(time.RFC3339, r.AsOf)
	if err != nil {
		return capacity.Clock{}, fmt.Errorf("--as-of %q: write a time such as 2026-03-08T00:00:00Z: %w", r.AsOf, command.ErrUsage)
	}
	if !(r.Speed > 0 && r.Speed <= 1e5) {
		return capacity.Clock{}, fmt.Errorf("--speed %v: give a number above 0, up to 100000: %w", r.Speed, command.ErrUsage)
	}
	return capacity.Replay(origin, r.Speed), nil
}
