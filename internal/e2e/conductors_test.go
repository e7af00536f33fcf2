package e2e_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/internal/devstack"
)

var conductors = flag.Int("conductors", 0, "how many services are conducted at once by one worker; 0: the test is left out")

// conductorSpeed lets ten minutes of a plan last ten seconds: each service acts
// about once in twenty.
const conductorSpeed = 60

// TestConductors carries the plans of many services out at once on one worker, and
// tells how much memory it took and how late targets were asked. Only that every
// action is done once is checked; times are for people to read.
func TestConductors(t *testing.T) {
	if *conductors == 0 {
		t.Skip("not part of make test: run make bench-conductors")
	}
	needServers(t)
	s := newSite(t)
	p := s.pattern(t)
	rng := rand.New(rand.NewPCG(1, 1))
	var stories []*story
	for i := range *conductors {
		st := calmStory(s, p, fmt.Sprintf("c%d", i), 10*time.Minute, conductorSpeed, 10, rng.IntN(8))
		seed := rng.Uint64()
		st.add(0, "plan", func(ctx context.Context) error { return st.hand(ctx, seed, st.begins) })
		stories = append(stories, st)
	}
	worker := s.startWorker(t, devstack.Bucket)
	stop, peak := make(chan struct{}), make(chan int)
	go func() { peak <- memory(worker.command.Process.Pid, stop) }()
	begun := time.Now()
	var all sync.WaitGroup
	for _, st := range stories {
		all.Go(func() { st.live(t) })
	}
	all.Wait()
	close(stop)
	var late []time.Duration
	for _, st := range stories {
		st.check(t)
		for _, o := range st.recorded(t) {
			if o.Verdict == capacity.Done {
				late = append(late, time.Duration(float64(o.Asked.Sub(o.Action.At))/conductorSpeed))
			}
		}
	}
	slices.Sort(late)
	if len(late) == 0 {
		t.Fatal("no action was done")
	}
	at := func(q float64) time.Duration { return late[int(q*float64(len(late)-1))].Round(time.Millisecond) }
	t.Logf("%d services, %d actions in %v: asked late by %v at the median, %v at P95, %v at P99, %v at most; the worker took %d MiB at most",
		len(stories), len(late), time.Since(begun).Round(time.Second), at(0.5), at(0.95), at(0.99), at(1), <-peak)
}

// memory is the most MiB that a process had resident until stop is closed.
func memory(pid int, stop <-chan struct{}) int {
	most := 0
	for {
		most = max(most, resident(pid))
		select {
		case <-stop:
			return most
		case <-time.After(time.Second):
		}
	}
}

// resident is the MiB that a process has in memory; 0 once it has gone.
func resident(pid int) int {
	data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(data)) {
		if rest, is := strings.CutPrefix(line, "VmRSS:"); is {
			kib, _ := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")))
			return kib / 1024
		}
	}
	return 0
}
