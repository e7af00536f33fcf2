// Package app gets this file, and another clock, where a worker is built for chaos.
package app

import (
	"os"
	"sync/atomic"
	"time"

	"headroom/activities/pruning"
	"headroom/capacity"
)

// soon has plans pruned within seconds, and all else later than a clock jumps.
var soon = pruning.Retention{
	Plans: 10 * time.Second, Reports: 5 * time.Second, Fleets: 10 * time.Second,
	History: 6 * time.Hour, Models: 6 * time.Hour, Regret: 6 * time.Hour, Damaged: 6 * time.Hour,
}

// right is how many calls are being made that see the right time.
var right atomic.Int32

// shifted is the time of a worker whose clock is wrong by what a file says.
func shifted() time.Time {
	now := time.Now()
	if right.Load() > 0 {
		return now
	}
	data, err := os.ReadFile(os.Getenv("CHAOS_SHIFT"))
	if err != nil {
		panic(err)
	}
	by, err := time.ParseDuration(string(data))
	if err != nil {
		panic(err)
	}
	return now.Add(by)
}

// apart lets targets live in the right time: they are not on the worker's machine.
func apart(find func(capacity.TargetName, func() time.Time) (capacity.Target, error)) func(capacity.TargetName, func() time.Time) (capacity.Target, error) {
	return func(name capacity.TargetName, now func() time.Time) (capacity.Target, error) {
		return find(name, func() time.Time {
			right.Add(1)
			defer right.Add(-1)
			return now()
		})
	}
}
