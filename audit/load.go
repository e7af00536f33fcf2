package audit

import (
	"context"
	"errors"
	"iter"
	"sync"

	"headroom/capacity"
)

// How many records are read at once: by who looks at the newest, and by who reads
// all.
const (
	fewAtOnce = 8
	atOnce    = 64
)

// A loader reads the bytes of records, from objects of their own or from segments. It
// is safe for use by several goroutines.
type loader struct {
	store   capacity.Store
	service string
	listed  *contents // nil: it is not known what is there

	mu       sync.Mutex
	segments map[int64]*loading
}

// A loading is a segment that is read once for all of its records.
type loading struct {
	done chan struct{} // closed once the rest is known
	segment
	err error
}

// object is the bytes of a record that is an object of its own.
func (l *loader) object(ctx context.Context, sequence int64) ([]byte, error) {
	data, _, err := l.store.Get(ctx, recordKey(l.service, sequence))
	return data, err
}

// load is the bytes of a record; ErrNotFound if there is none.
func (l *loader) load(ctx context.Context, sequence int64) ([]byte, error) {
	first := segmentOf(sequence)
	if known := l.listed != nil && l.listed.onlyInSegment(sequence); !known && !l.read(first) {
		data, err := l.object(ctx, sequence)
		if !errors.Is(err, capacity.ErrNotFound) {
			return data, err
		}
	}
	s, err := l.segment(ctx, first)
	if err != nil {
		return nil, err
	}
	return s.record(l.service, sequence)
}

// read reports whether a segment was looked for already, and found.
func (l *loader) read(first int64) bool {
	l.mu.Lock()
	one := l.segments[first]
	l.mu.Unlock()
	if one == nil {
		return false
	}
	<-one.done
	return one.err == nil
}

// segment reads a segment once for all of its records.
func (l *loader) segment(ctx context.Context, first int64) (segment, error) {
	l.mu.Lock()
	one, begun := l.segments[first]
	if !begun {
		one = &loading{done: make(chan struct{})}
		if l.segments == nil {
			l.segments = map[int64]*loading{}
		}
		l.segments[first] = one
	}
	l.mu.Unlock()
	if !begun {
		one.segment, one.err = readSegment(ctx, l.store, l.service, first)
		if errors.Is(one.err, capacity.ErrNotFound) { // it may be made while others are read
			l.mu.Lock()
			delete(l.segments, first)
			l.mu.Unlock()
		}
		close(one.done)
	}
	<-one.done
	return one.segment, one.err
}

// ahead loads the records from a sequence down to another, so many at once, and goes
// through them in that order. It goes on after an error.
func ahead(ctx context.Context, width int, from, to int64, load func(context.Context, int64) ([]byte, error)) iter.Seq2[[]byte, error] {
	type loaded struct {
		data []byte
		err  error
	}
	return func(yield func([]byte, error) bool) {
		var all sync.WaitGroup
		defer all.Wait()
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		var under []chan loaded
		next := from
		for n := from; n >= to; n-- {
			for ; next >= to && len(under) < width; next-- {
				sequence, one := next, make(chan loaded, 1)
				under = append(under, one)
				all.Go(func() {
					data, err := load(ctx, sequence)
					one <- loaded{data, err}
				})
			}
			l := <-under[0]
			under = under[1:]
			if !yield(l.data, l.err) {
				return
			}
		}
	}
}
