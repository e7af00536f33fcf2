package cli

import (
	"fmt"
	"io"
	"sync"
)

// A rounds is one line on a terminal that says how many policies were run.
type rounds struct {
	mu   sync.Mutex
	out  io.Writer // nil where there is no terminal
	ran  int
	most int
}

func newRounds(stderr io.Writer, most int) *rounds {
	r := &rounds{most: most}
	if isTerminal(stderr) {
		r.out = stderr
		fmt.Fprintf(r.out, "0 of %d policies", most)
	}
	return r
}

// done counts one more policy.
func (r *rounds) done(policy string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ran++
	if r.out != nil {
		fmt.Fprintf(r.out, "\r\x1b[K%d of %d policies, last %s", r.ran, r.most, policy)
	}
}

// clear makes room for other lines.
func (r *rounds) clear() {
	if r.out != nil {
		fmt.Fprint(r.out, "\r\x1b[K")
	}
}
