package e2e_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"headroom/internal/devstack"
)

var (
	chaosRuns = flag.Int("chaos", 0, "how many plans are carried out in chaos; 0: the test is left out")
	chaosSeed = flag.Uint64("seed", 1, "the seed of the first batch of them")
)

// atOnce is how many services live through the same blows.
const atOnce = 30

// TestChaos carries random plans out, and prepares for random events of hours and of a
// week, while workers are killed, their clocks jump and newer builds are promoted, servers
// are restarted, targets fail in every way that they know, persons give orders, others
// change the targets, runs are terminated, canceled and reset, changes are stopped, records
// are damaged, policies change, and the store is pruned. What the targets' own books say afterwards must be
// what the plan, an order or the compensation says, and nothing may be requested against
// an order, a stop, a ramp or a policy in force. It runs in batches; a batch that fails is
// told by its seed.
func TestChaos(t *testing.T) {
	if *chaosRuns == 0 {
		t.Skip("not part of make test: run make chaos")
	}
	needServers(t)
	s := newSite(t)
	pattern := s.pattern(t)
	s.program = buildShifted(t)
	left := *chaosRuns
	for seed := *chaosSeed; left > 0; seed++ {
		n := min(left, atOnce)
		left -= n
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			s.batch(t, pattern, seed, n)
		})
	}
}

// batch lives through one batch of blows with n services.
func (s *site) batch(t *testing.T, pattern pattern, seed uint64, n int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 1))
	var stories []*story
	for i := range n {
		stories = append(stories, newStory(s, pattern, fmt.Sprintf("s%d-%d", seed, i), rng))
	}
	workers := s.startWorkers(t, seed)
	approve := s.waits(t, pattern, fmt.Sprintf("w%d", seed))
	over := make(chan struct{})
	pruned := make(chan string)
	go func() {
		runs, removed := workers.prunes(t, rand.New(rand.NewPCG(seed, 4)), over)
		pruned <- fmt.Sprintf("%d runs of Prune removed %d objects", runs, removed)
	}()
	struck := make(chan []string)
	go func() { struck <- workers.strikes(t, rand.New(rand.NewPCG(seed, 2)), stories, over) }()
	var all sync.WaitGroup
	for _, st := range stories {
		all.Go(func() { st.live(t) })
	}
	all.Wait()
	close(over)
	blows, removed := <-struck, <-pruned
	approve()
	counts, requests := map[string]int{}, 0
	for _, st := range stories {
		st.check(t)
		requests += len(st.ledger().Requests)
		for _, what := range st.happened {
			counts[what]++
		}
	}
	t.Logf("%d services; blows %v; happened %v; %d requests; %s", n, blows, counts, requests, removed)
	if requests < n {
		t.Errorf("%d services had their targets asked %d times, want more: the plans are not carried out", n, requests)
	}
}

// strikes kills, restarts and replaces what the services run on, lets clocks jump and
// stops all changes, until all is over, and tells what it did. A worker of every build
// runs whenever it returns.
func (w *workers) strikes(t *testing.T, rng *rand.Rand, stories []*story, over <-chan struct{}) (blows []string) {
	for range 5 + rng.IntN(4) {
		select {
		case <-over:
			return blows
		case <-time.After(time.Duration(1000+rng.IntN(5000)) * time.Millisecond):
		}
		blow := ""
		switch rng.IntN(9) {
		case 0, 1:
			blow = "worker"
			again := w.kill(t, rng, false)
			time.Sleep(time.Duration(rng.IntN(2000)) * time.Millisecond)
			again()
		case 2:
			blow = "temporal"
			w.restart(t, w.stack.Temporal, rng)
		case 3:
			blow = "s3"
			w.restart(t, w.stack.S3, rng)
		case 4:
			blow = "all"
			again := w.kill(t, rng, true)
			w.restart(t, w.stack.S3, rng)
			w.restart(t, w.stack.Temporal, rng)
			again()
		case 5, 6:
			by := jumps[rng.IntN(len(jumps))]
			blow = "clock " + by.String()
			w.shift(t, by)
		case 7:
			blow = "promote"
			w.promote(t)
		case 8:
			blow = "stop all"
			w.stopAll(t, stories, time.Duration(2000+rng.IntN(2000))*time.Millisecond)
		}
		blows = append(blows, blow)
	}
	<-over
	return blows
}

// restart kills a server, and starts it after a while.
func (s *site) restart(t *testing.T, server *devstack.Server, rng *rand.Rand) {
	if err := server.Kill(); err != nil {
		t.Error(err)
	}
	time.Sleep(time.Duration(rng.IntN(1500)) * time.Millisecond)
	if err := server.Start(t.Context()); err != nil {
		t.Error(err)
	}
}
