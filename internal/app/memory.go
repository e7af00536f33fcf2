package app

import (
	"math"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// memoryShare is the part of a container's memory that Go may fill: the rest is
// for what Go does not count, and for what is allocated between two collections.
const memoryShare = 0.85

// CommandMemory is how much memory a command fills before Go collects harder,
// where nothing else is said: what it reads streams, so it needs less.
const CommandMemory = 448 << 20

// LimitMemory sets Go's soft memory limit, unless GOMEMLIMIT is set: to a share
// of what the container may use (cgroup v1 or v2), and to no more than most
// bytes, if most is above 0. It returns the limit, math.MaxInt64 if there is
// none.
func LimitMemory(most uint64) int64 {
	limit, err := memlimit.Set(memlimit.WithRatio(1), memlimit.WithProvider(limitOf(memlimit.FromCgroup, most)))
	if err != nil {
		return math.MaxInt64 // the machine does not say: as without a limit
	}
	return limit
}

// limitOf is the share of what the container may use, within most.
func limitOf(container memlimit.Provider, most uint64) memlimit.Provider {
	return func() (uint64, error) {
		limit, err := memlimit.ApplyRatio(container, memoryShare)()
		switch {
		case most == 0:
			return limit, err
		case err != nil: // there is no limit, or no container
			return most, nil //nolint:nilerr // most is what holds then
		}
		return min(limit, most), nil
	}
}
