package devstack

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

const (
	quiet     = time.Second      // nothing is said about what takes less
	lineEvery = 15 * time.Second // in a file
	drawEvery = time.Second      // on a terminal
)

// A progress says how far a build is: on a terminal in one line that it writes
// over and over, elsewhere in a new line now and then.
type progress struct {
	out      io.Writer
	terminal bool
	start    time.Time
	ended    chan struct{}
	built    bool // readable once ended is closed
	drawn    sync.WaitGroup

	mu    sync.Mutex
	verb  string // what is being done: "fetching modules", "compiling packages"
	count int
	total int // 0 is unknown
}

func startProgress(out io.Writer) *progress {
	p := &progress{out: out, terminal: isTerminal(out), start: time.Now(), ended: make(chan struct{}), verb: "fetching modules"}
	p.drawn.Go(p.draw)
	return p
}

// phase goes on from fetching to compiling that many packages at most.
func (p *progress) phase(total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.verb, p.count, p.total = "compiling packages", 0, total
}

func (p *progress) step() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count++
}

// stop ends the account. Nothing more is written when it returns.
func (p *progress) stop(built bool) {
	p.built = built
	close(p.ended)
	p.drawn.Wait()
}

func (p *progress) draw() {
	every := lineEvery
	if p.terminal {
		every = drawEvery
	}
	next := time.NewTimer(quiet)
	defer next.Stop()
	said := false
	for {
		select {
		case <-next.C:
			if !said {
				fmt.Fprintln(p.out, "Building the development servers (Temporal and S3). This happens once and takes a few minutes.")
			}
			said = true
			p.write(p.line(time.Now()))
			next.Reset(every)
		case <-p.ended:
			if said && p.terminal {
				fmt.Fprintln(p.out)
			}
			if said && p.built {
				fmt.Fprintf(p.out, "Built after %v.\n", time.Since(p.start).Round(time.Second))
			}
			return
		}
	}
}

func (p *progress) write(line string) {
	if p.terminal {
		fmt.Fprintf(p.out, "\r\x1b[K%s", line)
		return
	}
	fmt.Fprintln(p.out, line)
}

func (p *progress) line(now time.Time) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	elapsed := now.Sub(p.start).Round(time.Second)
	if p.total > 0 {
		return fmt.Sprintf("  %v: %s, %d of at most %d", elapsed, p.verb, p.count, p.total)
	}
	return fmt.Sprintf("  %v: %s, %d so far", elapsed, p.verb, p.count)
}

func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
