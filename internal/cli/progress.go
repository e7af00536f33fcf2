package cli

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"headroom/internal/panel"
)

// A progress is one line on a terminal that is written over and over: how many
// series are done, how fast, and how much of the file was read.
type progress struct {
	out    io.Writer // nil where there is no terminal
	in     *panel.Input
	start  time.Time
	last   time.Time // when it was drawn
	series int
}

func newProgress(stderr io.Writer, in *panel.Input) *progress {
	p := &progress{in: in, start: time.Now()}
	p.last = p.start.Add(time.Second) // nothing is said about what takes less
	if isTerminal(stderr) {
		p.out = stderr
	}
	return p
}

// step counts one more series.
func (p *progress) step() {
	p.series++
	now := time.Now()
	if p.out == nil || now.Sub(p.last) < 200*time.Millisecond {
		return
	}
	p.last = now
	fmt.Fprintf(p.out, "\r\x1b[K%d series, %.1f/s", p.series, float64(p.series)/now.Sub(p.start).Seconds())
	if share, ok := p.in.Share(); ok {
		fmt.Fprintf(p.out, ", %.0f %% of %s read", 100*share, p.in.Name)
	}
}

// count counts one more of all, which are named.
func (p *progress) count(all int, named string) {
	p.series++
	now := time.Now()
	if p.out == nil || now.Sub(p.last) < 200*time.Millisecond {
		return
	}
	p.last = now
	fmt.Fprintf(p.out, "\r\x1b[K%d of %d %s", p.series, all, named)
}

// drawn reports whether there is a terminal to draw on.
func (p *progress) drawn() bool { return p.out != nil }

// reach counts to n of all, which are named.
func (p *progress) reach(n, all int, named string) {
	p.series = n - 1
	p.count(all, named)
}

// clear makes room for other lines.
func (p *progress) clear() {
	if p.out != nil {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
