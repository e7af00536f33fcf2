package history

import (
	"fmt"

	"headroom/capacity"
)

// Parts gathers, object by object, what several asks want of one place.
type Parts struct {
	asks    []Ask
	demands []capacity.Demand
	rows    [][]Rows // of each object, of each ask
	errs    [][]error
}

// NewParts has room for so many objects. Each may be read in a goroutine of its
// own.
func NewParts(asks []Ask, objects int) *Parts {
	p := &Parts{asks: asks, rows: make([][]Rows, objects), errs: make([][]error, objects)}
	for _, ask := range asks {
		p.demands = append(p.demands, ask.Demand)
	}
	return p
}

// Read decodes the i-th object and keeps what was asked for.
func (p *Parts) Read(i int, name string, data []byte, limits Limits) {
	p.rows[i], p.errs[i] = ReadEach(name, data, p.demands, limits)
	for k, ask := range p.asks {
		p.rows[i][k].Trim(ask.From, ask.To)
	}
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
			got.Table, got.Summary, got.Err = Merge(parts, ask.From, ask.To)
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
