package e2e_test

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"testing"
	"time"

	"headroom/activities/fleet"
	"headroom/capacity"
	"headroom/internal/devstack"
	"headroom/workflows"
)

// BenchmarkFleet retrains and plans 1,000 services with 28 days of load each,
// with one worker beside the servers: make bench-fleet. HEADROOM_SERVICES names
// another number.
func BenchmarkFleet(b *testing.B) {
	services := 1000
	if n, err := strconv.Atoi(os.Getenv("HEADROOM_SERVICES")); err == nil {
		services = n
	}
	s := newSite(b)
	_, list := s.fleetOf(b, services)
	worker := s.startWorker(b, devstack.Bucket)
	for b.Loop() {
		for _, kind := range []fleet.Kind{fleet.Retrain, fleet.Plan} {
			begun := time.Now()
			var result fleet.SummariseResult
			in := workflows.FleetState{Kind: kind, List: list, Clock: capacity.Replay(s.origin, 1)}
			if err := s.start(b, workflows.FleetID(kind), workflows.Fleet, in).Get(b.Context(), &result); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(time.Since(begun).Seconds(), "s/"+string(kind))
			if result.Services != services || result.Failed > 0 {
				b.Fatalf("%s: got %+v, want all services", kind, result)
			}
			b.Logf("%s: %v", kind, result.Verdicts)
		}
	}
	b.ReportMetric(worker.peak(b), "MiB/worker")
	worker.kill(b)
	used := worker.command.ProcessState
	b.ReportMetric((used.UserTime() + used.SystemTime()).Seconds(), "cpu-s/worker")
	b.ReportMetric(0, "ns/op")
}

// highWater is how Linux tells the most memory that a process has held.
var highWater = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// peak is the most memory that the worker has held so far, in MiB; 0 where the
// system does not tell.
func (p *process) peak(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	if err != nil {
		return 0
	}
	m := highWater.FindSubmatch(status)
	if m == nil {
		return 0
	}
	kib, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil {
		b.Fatal(err)
	}
	return kib / 1024
}
