package forecast

import (
	"cmp"

	"headroom/internal/cli/command"
)

// Bounds of flags that say how much memory is asked for.
const (
	mostHorizon = 100_000   // steps: eleven years of hours
	mostSeason  = 1_000_000 // steps: a year has 525,600 minutes
	mostJobs    = 1024
	mostOrigins = 10_000
)

// bounded makes sure that no flag asks for more memory than there can be.
func (f *panelFlags) bounded() error {
	if err := cmp.Or(command.Within("horizon", f.horizon, 1, mostHorizon), command.Within("jobs", f.jobs, 0, mostJobs)); err != nil {
		return err
	}
	for _, m := range f.season {
		if err := command.Within("season", m, 1, mostSeason); err != nil {
			return err
		}
	}
	return nil
}
