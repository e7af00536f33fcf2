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

// TestChaos carries random plans out, and prepares for random events, while
// workers are killed, servers are restarted, targets fail in every way that they
// know, persons give orders, others change the targets, runs are terminated, canceled
// and reset, changes are stopped, records are damaged, and policies change. What the
// targets' own books say afterwards must be what the plan, an order or the compensation
// says, and nothing may be requested against an order, a stop or a policy in force. It runs in batches; a batch that fails is told by its seed.
func TestChaos(t *testing.T) {
	if *chaosRuns == 0 {
		t.Skip("not part of make test: run make chaos")
	}
	needServers(t)
	s := newSite(t)
	pattern := s.pattern(t)
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
	over := make(chan struct{})
	struck := make(chan []string)
	go func() { struck <- s.strikes(t, rand.New(rand.NewPCG(seed, 2)), over) }()
	var all sync.WaitGroup
	for _, st := range stories {
		all.Go(func() { st.live(t) })
	}
	all.Wait()
	close(over)
	blows := <-struck
	counts, requests := map[string]int{}, 0
	for _, st := range stories {
		st.check(t)
		requests += len(st.ledger().Requests)
		for _, what := range st.happened {
			counts[what]++
		}
	}
	t.Logf("%d services; blows %v; happened %v; %d requests", n, blows, counts, requests)
	if requests < n {
		t.Errorf("%d services had their targets asked %d times, want more: the plans are not carried out", n, requests)
	}
}

// strikes kills and restarts what the services run on, until all is over, and
// tells what it did. There is a worker whenever it returns.
func (s *site) strikes(t *testing.T, rng *rand.Rand, over <-chan struct{}) (blows []string) {
	worker := s.startWorker(t, devstack.Bucket)
	for range 2 + rng.IntN(3) {
		select {
		case <-over:
			return blows
		case <-time.After(time.Duration(1000+rng.IntN(5000)) * time.Millisecond):
		}
		switch rng.IntN(5) {
		case 0, 1:
			blows = append(blows, "worker")
			worker.kill(t)
			time.Sleep(time.Duration(rng.IntN(2000)) * time.Millisecond)
			worker = s.startWorker(t, devstack.Bucket)
		case 2:
			blows = append(blows, "temporal")
			s.restart(t, s.stack.Temporal, rng)
		case 3:
			blows = append(blows, "s3")
			s.restart(t, s.stack.S3, rng)
		case 4:
			blows = append(blows, "all")
			worker.kill(t)
			s.restart(t, s.stack.S3, rng)
			s.restart(t, s.stack.Temporal, rng)
			worker = s.startWorker(t, devstack.Bucket)
		}
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
