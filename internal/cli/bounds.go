package cli

import (
	"cmp"
	"fmt"
)

// Bounds of flags that say how much memory is asked for.
const (
	mostHorizon = 100_000   // steps: eleven years of hours
	mostSeason  = 1_000_000 // steps: a year has 525,600 minutes
	mostJobs    = 1024
	mostOrigins = 10_000
	mostChunk   = 100_000
)

// within refuses a number below least or above most.
func within[N cmp.Ordered](flag string, v, least, most N) error {
	if v < least || v > most {
		return fmt.Errorf("--%s is %v, give a number from %v to %v: %w", flag, v, least, most, errUsage)
	}
	return nil
}

// bounded makes sure that no flag asks for more memory than there can be.
func (f *panelFlags) bounded() error {
	if err := cmp.Or(within("horizon", f.horizon, 1, mostHorizon), within("jobs", f.jobs, 0, mostJobs)); err != nil {
		return err
	}
	for _, m := range f.season {
		if err := within("season", m, 1, mostSeason); err != nil {
			return err
		}
	}
	return nil
}
