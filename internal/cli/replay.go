package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"headroom/capacity"
)

// replay is the flags that let a command believe in another time.
type replay struct {
	asOf  string
	speed float64
}

func (r *replay) flags(c *cobra.Command) {
	c.Flags().StringVar(&r.asOf, "as-of", "", "replay: believe that it is this time (RFC 3339)")
	c.Flags().Float64Var(&r.speed, "speed", 1, "replay: run so many times as fast as the wall (with --as-of)")
}

// clock is the wall clock, or the replay that the flags ask for.
func (r replay) clock() (capacity.Clock, error) {
	if r.asOf == "" {
		if r.speed != 1 {
			return capacity.Clock{}, fmt.Errorf("--speed is for a replay: give --as-of, too: %w", errUsage)
		}
		return capacity.Clock{}, nil
	}
	origin, err := time.Parse(time.RFC3339, r.asOf)
	if err != nil {
		return capacity.Clock{}, fmt.Errorf("--as-of %q: write a time such as 2026-03-08T00:00:00Z: %w", r.asOf, errUsage)
	}
	if !(r.speed > 0 && r.speed <= 1e5) {
		return capacity.Clock{}, fmt.Errorf("--speed %v: give a number above 0, up to 100000: %w", r.speed, errUsage)
	}
	return capacity.Replay(origin, r.speed), nil
}
