package panel

import (
	"context"
	"errors"
	"io"
	"runtime"
	"sync"
)

// Map reads the series of r, lets work turn each into an Out, jobs of them at
// a time, and hands these to emit one by one, in the order of the file. What
// is emitted does not depend on jobs, which is one for each processor that Go
// uses if it is not positive. At most about twice as many series as jobs are
// in memory at a time.
//
// Map returns the first error, in the order of the file, of r, work or emit,
// or that of ctx, and emits nothing after it.
func Map[Out any](ctx context.Context, r *Reader, jobs int, work func(context.Context, Series) (Out, error), emit func(Out) error) error {
	if jobs <= 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	type result struct {
		out Out
		err error
	}
	inner, cancel := context.WithCancel(ctx)
	queue := make(chan chan result, 2*jobs) // so that one slow series does not hold up the others at once
	var running sync.WaitGroup
	running.Go(func() {
		defer close(queue)
		free := make(chan struct{}, jobs)
		for inner.Err() == nil {
			s, err := r.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			done := make(chan result, 1)
			select {
			case queue <- done:
			case <-inner.Done():
				return
			}
			if err != nil {
				done <- result{err: err}
				return
			}
			free <- struct{}{}
			running.Go(func() {
				defer func() { <-free }()
				var x result
				x.out, x.err = work(inner, s)
				done <- x
			})
		}
	})
	err := func() error {
		for {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case done, more := <-queue:
				if !more {
					return ctx.Err()
				}
				select {
				case <-ctx.Done():
					return ctx.Err()
				case x := <-done:
					if x.err != nil {
						return x.err
					}
					if err := emit(x.out); err != nil {
						return err
					}
				}
			}
		}
	}()
	cancel()
	// Whoever interrupts a run must not wait for input that may never come.
	if ctx.Err() == nil {
		running.Wait()
	}
	return err
}
