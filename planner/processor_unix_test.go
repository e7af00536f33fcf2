//go:build unix

package planner_test

import (
	"syscall"
	"testing"
)

// processor is the milliseconds of processor time that this process has used,
// which other work on the machine disturbs less than the time on the wall.
func processor(*testing.B) float64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return 1e3*float64(used.Utime.Sec+used.Stime.Sec) + float64(used.Utime.Usec+used.Stime.Usec)/1e3
}
