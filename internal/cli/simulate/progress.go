package simulate

import (
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"

	"headroom/internal/cli/command"
)

// How often a simulation says how far it is: on a terminal, and elsewhere, where
// each time is a line of its own.
const (
	onTerminal = 500 * time.Millisecond
	piped      = 10 * time.Second
)

// A simulation's progress, measured in what its runs take of one core.
type simulateProgress struct {
	mu      sync.Mutex
	out     io.Writer
	redrawn bool // one line is written over and over
	start   time.Time
	efforts []effort
	worked  []time.Duration // by policy
	ended   int
	stopped chan struct{}
	group   sync.WaitGroup
}

// newSimulateProgress begins to tell stderr about runs with these efforts.
func newSimulateProgress(stderr io.Writer, efforts []effort) *simulateProgress {
	p := &simulateProgress{
		out: stderr, redrawn: command.IsTerminal(stderr), start: time.Now(), efforts: efforts, worked: make([]time.Duration, len(efforts)), stopped: make(chan struct{}),
	}
	every := piped
	if p.redrawn {
		every = onTerminal
	}
	p.group.Go(func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-p.stopped:
				return
			case now := <-tick.C:
				p.tell(now)
			}
		}
	})
	return p
}

// meter counts the ticks of the runs of policy i on one part, of which each run
// has so many.
func (p *simulateProgress) meter(i, ticks int) func(int) {
	seen := 0
	return func(more int) {
		each := p.efforts[i].tick
		if seen < ticks {
			each = p.efforts[i].first
		}
		seen += more
		p.mu.Lock()
		defer p.mu.Unlock()
		p.worked[i] = min(p.worked[i]+each*time.Duration(more), p.efforts[i].total)
	}
}

// done counts one more policy.
func (p *simulateProgress) done(i int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended++
	p.worked[i] = p.efforts[i].total
}

// tell writes how far it is.
func (p *simulateProgress) tell(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	text := progressText(p.efforts, p.worked, p.ended, now.Sub(p.start), runtime.GOMAXPROCS(0))
	if p.redrawn {
		fmt.Fprint(p.out, "\r\x1b[K"+text)
		return
	}
	fmt.Fprintln(p.out, text)
}

// progressText says how far runs are after so long a time, on so many cores, and
// estimates what is left: the rest at the present speed, but no less than what
// the slowest policy, which is on one core, still takes.
func progressText(efforts []effort, worked []time.Duration, ended int, since time.Duration, cores int) string {
	var total, done, slowest time.Duration
	for i, e := range efforts {
		total += e.total
		done += worked[i]
		slowest = max(slowest, e.total-worked[i])
	}
	text := fmt.Sprintf("simulate: %.0f%% done, %d of %d policies", 100*float64(done)/float64(max(1, total)), ended, len(efforts))
	if done <= 0 || since <= 0 {
		return text
	}
	speed := float64(done) / float64(since)
	left := max(float64(total-done)/speed, float64(slowest)/(speed/float64(min(cores, len(efforts)))))
	return text + ", about " + about(time.Duration(left)) + " left"
}

// Clear ends it, and makes room for other lines.
func (p *simulateProgress) clear() {
	close(p.stopped)
	p.group.Wait()
	if p.redrawn {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}
