package baseline_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"headroom/simulate"
)

// ending is a context that ends once it has been asked so many times.
type ending struct {
	context.Context
	left atomic.Int64
}

func (e *ending) Err() error {
	if e.left.Add(-1) < 0 {
		return context.Canceled
	}
	return e.Context.Err()
}

// TestRun_Ends: a run of any policy fails when its context ends, wherever it is,
// and a later run is as if that one had not been. Forecasts are shared between
// the runs of one policy, so those that ended early must not count.
func TestRun_Ends(t *testing.T) {
	c := lumpy(30)
	s, err := simulate.New(c)
	if err != nil {
		t.Fatal(err)
	}
	fresh := func(p simulate.Policy) simulate.Policy { return p }
	for _, p := range append(everything(c), simulate.NewNowcasting()) {
		if _, ok := p.(simulate.Nowcasting); ok {
			fresh = func(simulate.Policy) simulate.Policy { return simulate.NewNowcasting() }
		}
		want := mustRun(t, c, fresh(p))
		for _, times := range []int64{0, 1, 7, 30} {
			p := fresh(p)
			ctx := &ending{Context: t.Context()}
			ctx.left.Store(times)
			if _, err := s.Run(ctx, p); !errors.Is(err, context.Canceled) {
				t.Errorf("%s, after %d looks: got %v, want %v", p.Name(), times, err, context.Canceled)
			}
			if diff := cmp.Diff(want.Asked, mustRun(t, c, p).Asked); diff != "" {
				t.Errorf("%s, after %d looks: the next run differs (-want +got):\n%s", p.Name(), times, diff)
			}
		}
	}
}
