package e2e_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/internal/devstack"
	"headroom/workflows"
)

// TestScale measures, with SCALE=1, what a second worker adds. Each is pinned to
// a core of its own; the servers share the cores with them. It prints a table and
// judges nothing.
//
// On a machine that others use as well, wall time says little. So each worker's
// time is split: it ran, it wanted to run and another process had its core, or it
// had nothing to do. Efficiency is what two workers do for each second that they
// had or wanted a core, over what one does, times how much less idle they are.
func TestScale(t *testing.T) {
	services, err := strconv.Atoi(os.Getenv("SCALE"))
	if err != nil || services < 1 {
		t.Skip("set SCALE to the number of services for each worker")
	}
	if runtime.NumCPU() < 2 {
		t.Skip("needs two cores")
	}
	fmt.Println("workers  services  wall s  a minute  ran s  waited s  idle  CPU ms a service: worker  Temporal  S3")
	var paces [3][]float64
	var last measured
	for range 3 {
		for n := 1; n <= 2; n++ {
			m := measure(t, n, services*n)
			each := 1000 / float64(m.services)
			fmt.Printf("%7d  %8d  %6.1f  %8.1f  %5.1f  %8.1f  %3.0f%%  %24.0f  %8.0f  %2.0f\n", n, m.services, m.wall, 60*float64(m.services)/m.wall,
				m.ran, m.waited, 100*m.idle(), each*m.ran, each*m.temporal, each*m.s3)
			paces[n], last = append(paces[n], m.pace()), m
		}
	}
	fmt.Printf("efficiency of two: %.0f%% (medians of three)\n", 100*median(paces[2])/median(paces[1]))
	fmt.Printf("the limit is the Temporal server: %.2f of its core for a busy worker, so one core of it keeps %.1f workers busy; S3: %.1f\n",
		last.temporal/last.ran, last.ran/last.temporal, last.ran/last.s3)
}

func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}

// month puts 28 days of load at five minutes where the policy looks for it, and
// makes it the load of the policy: a day and a week, and noise that is the same
// in every run.
func (s *site) month(t *testing.T) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	start := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	var csv bytes.Buffer
	fmt.Fprintln(&csv, "timestamp,requests")
	const steps = 28 * 288
	for i := range steps {
		day, week := 2*math.Pi*float64(i)/288, 2*math.Pi*float64(i)/(7*288)
		load := 30_000 * (1 - 0.5*math.Cos(day) - 0.15*math.Cos(week)) * (1 + 0.05*random.NormFloat64())
		fmt.Fprintf(&csv, "%s,%.0f\n", start.Add(time.Duration(i)*5*time.Minute).Format(time.RFC3339), load)
	}
	if err := s.s3.Upload(t.Context(), devstack.HistoryBucket, "month/load.csv", csv.Bytes()); err != nil {
		t.Fatal(err)
	}
	s.origin = start.Add(steps * 5 * time.Minute)
	d := &s.policy.Demand
	d.Source, d.Step, d.Window = "s3://load-history/month/", 5*time.Minute, 28*24*time.Hour
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

// measure retrains so many services on n workers that hold a core each.
func measure(t *testing.T, n, services int) measured {
	s := newSite(t)
	s.month(t)
	var workers []*process
	for core := range n {
		s.wrap = []string{"taskset", "-c", strconv.Itoa(core)}
		s.env = []string{"GOMAXPROCS=1"}
		workers = append(workers, s.startWorker(t, devstack.Bucket))
	}
	retrain := func(service string) func() {
		p := s.policy
		p.Service = service
		run := s.start(t, workflows.RetrainID(service), workflows.Retrain, workflows.RetrainInput{Policy: p, Clock: capacity.Replay(s.origin, 1)})
		return func() {
			if err := run.Get(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i := range 2 * n { // until every worker is warm
		retrain(fmt.Sprintf("warm-%d", i))()
	}
	at := func() (m measured) {
		for _, w := range workers {
			m.ran += used(t, w.command.Process.Pid)
			m.waited += queued(t, w.command.Process.Pid)
		}
		m.temporal, m.s3 = used(t, s.stack.Temporal.PID()), used(t, s.stack.S3.PID())
		return m
	}
	before, begun := at(), time.Now()
	var waits []func()
	for i := range services {
		waits = append(waits, retrain(fmt.Sprintf("service-%d", i)))
	}
	for _, wait := range waits {
		wait()
	}
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
