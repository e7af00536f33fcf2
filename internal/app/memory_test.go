package app

import (
	"errors"
	"math"
	"runtime/debug"
	"testing"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

func TestLimitOf(t *testing.T) {
	none := func() (uint64, error) { return 0, memlimit.ErrNoLimit }
	for name, test := range map[string]struct {
		container memlimit.Provider
		most      uint64
		want      uint64
		err       error
	}{
		"a pod of 1 GiB":             {memlimit.Limit(1 << 30), 0, 912680550, nil}, // 0.85 × 2^30
		"a command in that pod":      {memlimit.Limit(1 << 30), CommandMemory, CommandMemory, nil},
		"a command in a small pod":   {memlimit.Limit(256 << 20), CommandMemory, 228170137, nil}, // 0.85 × 2^28
		"a command on a machine":     {none, CommandMemory, CommandMemory, nil},
		"a worker without a limit":   {none, 0, 0, memlimit.ErrNoLimit},
		"a command without a cgroup": {func() (uint64, error) { return 0, memlimit.ErrNoCgroup }, 1 << 20, 1 << 20, nil},
	} {
		if got, err := limitOf(test.container, test.most)(); got != test.want || !errors.Is(err, test.err) {
			t.Errorf("%s: got %d, %v; want %d, %v", name, got, err, test.want, test.err)
		}
	}
}

// What the operator says counts.
func TestLimitMemory_Given(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(before)
	debug.SetMemoryLimit(math.MaxInt64)
	t.Setenv("GOMEMLIMIT", "123MiB") // Go itself reads it when a process starts
	if got := LimitMemory(1 << 20); got != math.MaxInt64 {
		t.Errorf("got %d although GOMEMLIMIT is set, want what it was", got)
	}
}
