package history

import (
	"fmt"
	"io"
)

// Parts gathers, object by object, what several asks want of one place.
type Parts struct {
	asks   []Ask
	limits Limits
	rows   [][]Rows // of each object, of each ask
	errs   [][]error
}

// NewParts has room for so many objects. Each may be read in a goroutine of its
// own.
func NewParts(asks []Ask, objects int, limits Limits) *Parts {
	return &Parts{asks: asks, limits: limits.OrDefault(), rows: make([][]Rows, objects), errs: make([][]error, objects)}
}

// Read decodes the i-th object, which has the given size in bytes, and keeps what
// was asked for.
func (p *Parts) Read(i int, name string, in io.Reader, size int64) {
	p.rows[i], p.errs[i] = ReadEach(name, in, size, p.asks, p.limits)
}

// Merge makes the tables. Of the objects that could not be read for an ask, the
// first is its error. The address is what errors call the place.
func (p *Parts) Merge(address string) []Got {
	all := make([]Got, len(p.asks))
	for k, ask := range p.asks {
		got := &all[k]
		parts := make([]Rows, len(p.rows))
		for i := range p.rows {
			parts[i] = p.rows[i][k]
			if got.Err == nil {
				got.Err = p.errs[i][k]
			}
		}
		if got.Err == nil {
			got.Table, got.Err = Merge(parts, ask.From, ask.To, p.limits)
		}
		if got.Err != nil {
			got.Err = fmt.Errorf("fetch %q: %w", address, got.Err)
		}
	}
	return all
}

// Fail is the same error for all of asks.
func Fail(asks []Ask, err error) []Got {
	all := make([]Got, len(asks))
	for i := range all {
		all[i].Err = err
	}
	return all
}
