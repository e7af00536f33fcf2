package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/client"

	"headroom/activities/fleet"
	"headroom/capacity"
	"headroom/internal/devstack"
	"headroom/workflows"
)

// TestScale measures, with SCALE=1 or more, what a second worker adds. Each is
// pinned to a core of its own; the servers share the cores with them. It prints a
// table and judges nothing.
//
// On a machine that others use as well, wall time says little. So each worker's
// time is split: it ran, it wanted to run and another process had its core, or it
// had nothing to do. Efficiency is what two workers do for each second that they
// had or wanted a core, over what one does, times how much less idle they are.
func TestScale(t *testing.T) {
	scale, err := strconv.Atoi(os.Getenv("SCALE"))
	if err != nil || scale < 1 {
		t.Skip("not part of make test: run make bench-workers")
	}
	if runtime.NumCPU() < 2 {
		t.Skip("needs two cores")
	}
	fmt.Println("| how | workers | services | wall s | services a minute | ran s | waited s | idle % | worker, CPU ms a service | Temporal | S3 |")
	fmt.Println("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
	var conclusions []string
	for _, how := range []struct {
		name     string
		services int // for each worker
		work     func(s *site, t *testing.T, services []capacity.Policy, list capacity.Ref)
	}{{"a run for each", 12 * scale, (*site).retrainEach}, {"a fleet's run", 60 * scale, (*site).retrainFleet}} {
		var paces [3][]float64
		var last measured
		for range 3 {
			for n := 1; n <= 2; n++ {
				m := measure(t, n, how.services*n, how.work)
				each := 1000 / float64(m.services)
				fmt.Printf("| %s | %d | %d | %.1f | %.0f | %.1f | %.1f | %.0f | %.0f | %.0f | %.0f |\n", how.name, n, m.services, m.wall,
					60*float64(m.services)/m.wall, m.ran, m.waited, 100*m.idle(), each*m.ran, each*m.temporal, each*m.s3)
				paces[n], last = append(paces[n], m.pace()), m
			}
		}
		limit := min(last.ran/last.temporal, last.ran/last.s3)
		name := "Temporal's"
		if limit == last.ran/last.s3 {
			name = "the S3 server's"
		}
		conclusions = append(conclusions, fmt.Sprintf("%s: two workers are %.0f %% efficient (medians of three); beyond, the limit is %s: one core of it serves %.1f busy workers",
			how.name, 100*median(paces[2])/median(paces[1]), name, limit))
	}
	fmt.Println("\n" + strings.Join(conclusions, "\n"))
}

// retrainEach starts a run for each service.
func (s *site) retrainEach(t *testing.T, services []capacity.Policy, _ capacity.Ref) {
	t.Helper()
	var runs []client.WorkflowRun
	for _, p := range services {
		runs = append(runs, s.start(t, workflows.RetrainID(p.Service), workflows.Retrain, workflows.RetrainInput{Service: s.forced(t, p), Clock: capacity.Replay(s.origin, 1)}))
	}
	for _, run := range runs {
		if err := run.Get(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
}

// retrainFleet starts one run for all, in chunks that are small enough for two
// workers to end at about the same time.
func (s *site) retrainFleet(t *testing.T, services []capacity.Policy, list capacity.Ref) {
	t.Helper()
	in := workflows.FleetState{Kind: fleet.Retrain, List: list, Clock: capacity.Replay(s.origin, 1), Chunk: 5}
	var result fleet.SummariseResult
	if err := s.start(t, workflows.FleetID(in.Kind), workflows.Fleet, in).Get(t.Context(), &result); err != nil {
		t.Fatal(err)
	}
	if result.Services != len(services) || result.Failed > 0 {
		t.Fatalf("got %+v, want all of %d services", result, len(services))
	}
}

func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}

// measured is what so many workers did, in seconds.
type measured struct {
	workers, services int
	wall              float64
	ran, waited       float64 // of the workers: on a core, and for one
	temporal, s3      float64 // of the servers: on a core
}

// idle is the share of the workers' time in which they had nothing to do.
func (m measured) idle() float64 {
	return max(0, 1-(m.ran+m.waited)/(float64(m.workers)*m.wall))
}

// pace is services for each second of a worker that has its core to itself.
func (m measured) pace() float64 { return float64(m.services) / m.ran * (1 - m.idle()) }

// measure lets n workers that hold a core each do the work for so many services.
func measure(t *testing.T, n, services int, work func(*site, *testing.T, []capacity.Policy, capacity.Ref)) measured {
	s := newSite(t)
	policies, list := s.fleetOf(t, services)
	var workers []*process
	for core := range n {
		s.wrap = []string{"taskset", "-c", strconv.Itoa(core)}
		s.env = []string{"GOMAXPROCS=1"}
		workers = append(workers, s.startWorker(t, devstack.Bucket))
	}
	warm := slices.Clone(policies[:2*n])
	for i := range warm {
		warm[i].Service = "warm-" + warm[i].Service
	}
	s.retrainEach(t, warm, list)
	at := func() (m measured) {
		for _, w := range workers {
			m.ran += used(t, w.command.Process.Pid)
			m.waited += queued(t, w.command.Process.Pid)
		}
		m.temporal, m.s3 = used(t, s.stack.Temporal.PID()), used(t, s.stack.S3.PID())
		return m
	}
	before, begun := at(), time.Now()
	work(s, t, policies, list)
	wall := time.Since(begun).Seconds()
	after := at()
	for _, w := range workers {
		w.kill(t)
	}
	return measured{
		workers: n, services: services, wall: wall, ran: after.ran - before.ran, waited: after.waited - before.waited,
		temporal: after.temporal - before.temporal, s3: after.s3 - before.s3,
	}
}

// used is the seconds that a process has had a core.
func used(t *testing.T, pid int) float64 {
	t.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	// utime and stime are fields 14 and 15, in hundredths of a second; the second
	// field is a name in brackets.
	fields := strings.Fields(string(data[strings.LastIndexByte(string(data), ')'):]))
	return (number(t, fields[12]) + number(t, fields[13])) / 100
}

// queued is the seconds that the threads of a process waited for a core.
func queued(t *testing.T, pid int) float64 {
	t.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil {
		t.Fatal(err)
	}
	total := 0.0
	for _, path := range threads {
		if data, err := os.ReadFile(path); err == nil { // else the thread has ended
			total += number(t, strings.Fields(string(data))[1]) / 1e9
		}
	}
	return total
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
