package command

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"headroom/internal/panel"
)

// A Progress is one line on a terminal that is written over and over: how many
// series are done, how fast, and how much of the file was read.
type Progress struct {
	Out    io.Writer // nil where there is no terminal
	in     *panel.Input
	start  time.Time
	last   time.Time // when it was drawn
	Series int
}

// NewProgress begins a progress on stderr, if that is a terminal. What was read of in is a part of
// it; in may be nil.
func NewProgress(stderr io.Writer, in *panel.Input) *Progress {
	p := &Progress{in: in, start: time.Now()}
	p.last = p.start.Add(time.Second) // nothing is said about what takes less
	if IsTerminal(stderr) {
		p.Out = stderr
	}
	return p
}

// Step counts one more series.
func (p *Progress) Step() {
	p.Series++
	now := time.Now()
	if p.Out == nil || now.Sub(p.last) < 200*time.Millisecond {
		return
	}
	p.last = now
	fmt.Fprintf(p.Out, "\r\x1b[K%d series, %.1f/s", p.Series, float64(p.Series)/now.Sub(p.start).Seconds())
	if share, ok := p.in.Share(); ok {
		fmt.Fprintf(p.Out, ", %.0f %% of %s read", 100*share, p.in.Name)
	}
}

// Count counts one more of all, which are named.
func (p *Progress) Count(all int, named string) {
	p.Series++
	now := time.Now()
	if p.Out == nil || now.Sub(p.last) < 200*time.Millisecond {
		return
	}
	p.last = now
	fmt.Fprintf(p.Out, "\r\x1b[K%d of %d %s", p.Series, all, named)
}

// Drawn reports whether there is a terminal to draw on.
func (p *Progress) Drawn() bool { return p.Out != nil }

// Reach counts to n of all, which are named.
func (p *Progress) Reach(n, all int, named string) {
	p.Series = n - 1
	p.Count(all, named)
}

// Clear makes room for other lines.
func (p *Progress) Clear() {
	if p.Out != nil {
		fmt.Fprint(p.Out, "\r\x1b[K")
	}
}

// IsTerminal reports whether what is written to w goes to a terminal.
func IsTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
