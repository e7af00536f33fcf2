//go:build unix

package main

import "syscall"

// processorTime is the seconds of processor time that this process has used,
// which other work on the machine disturbs less than the time on the wall.
func processorTime() float64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return float64(used.Utime.Sec+used.Stime.Sec) + float64(used.Utime.Usec+used.Stime.Usec)/1e6
}
