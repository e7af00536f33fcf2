package main

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"

	"headroom/capacity"
)

// A row is what a forecaster answered to all tasks of a suite.
type row struct {
	name    string
	answers []answer
	failed  int
	seconds float64 // of processor time, garbage collection included
}

// rate is how many forecasts a second of one core gave.
func (r row) rate() float64 { return float64(len(r.answers)) / max(r.seconds, 1e-3) }

// measure lets f answer all tasks of s, so many at a time. Where f has no
// answer the one of stand, if given, takes its place: a product would do the
// same. An error that is no refusal ends it.
func measure(ctx context.Context, f forecaster, s suite, jobs int, stand []answer) (row, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(jobs))
	runtime.GC() // what an earlier row left behind is not this one's work
	r := row{name: f.name, answers: make([]answer, len(s.tasks))}
	errs := make([]error, len(s.tasks))
	before := processorTime()
	var all sync.WaitGroup
	next := make(chan int)
	for range jobs {
		all.Go(func() {
			for i := range next {
				r.answers[i], errs[i] = f.forecast(ctx, s, s.tasks[i])
			}
		})
	}
	for i := range s.tasks {
		next <- i
	}
	close(next)
	all.Wait()
	r.seconds = processorTime() - before
	for i, err := range errs {
		switch {
		case err == nil:
		case errors.Is(err, capacity.ErrTooShort), errors.Is(err, capacity.ErrNotForecastable):
			r.answers[i] = answer{failed: err.Error()}
		default:
			return r, err
		}
	}
	r.stand(stand)
	return r, nil
}

// stand puts the answers of another in the place of those that are missing,
// and counts them. A row that forecasts no quantiles borrows none.
func (r *row) stand(others []answer) {
	quantiles := slices.ContainsFunc(r.answers, func(a answer) bool { return a.levels != nil })
	for i, a := range r.answers {
		if a.failed == "" {
			continue
		}
		r.failed++
		if others == nil {
			continue
		}
		r.answers[i] = answer{point: others[i].point, failed: a.failed}
		if quantiles {
			r.answers[i].levels, r.answers[i].quantiles = others[i].levels, others[i].quantiles
		}
	}
}
