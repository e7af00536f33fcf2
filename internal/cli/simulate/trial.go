package simulate

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"headroom/capacity"
	"headroom/nowcast"
	"headroom/simulate"
	"headroom/simulate/baseline"
)

// What stands out among the policies, by name.
var (
	shortTerm     = simulate.Nowcasting{}.Name()
	fairOracle    = baseline.Oracle{}.Name()
	instantOracle = baseline.InstantOracle{}.Name()
)

// A trial is every policy on one trace.
type trial struct {
	tested   simulate.Case
	training simulate.Case // the part before it; what counts is its second half
	told     simulated
}

// A simulated is what a simulation tells, as JSON.
type simulated struct {
	Service    string
	Trace      string
	Timezone   string
	Pool       capacity.Pool
	Step, Tick time.Duration
	Burstiness float64
	Seed       uint64
	From       time.Time // of training
	Split      time.Time // from here on it counts
	To         time.Time
	Share      float64 // of the time in which capacity may be missing
	Objective  string  // where the share comes from
	Policies   []contender
	Currency   string `json:",omitempty"` // of all costs, as the policy has it
	Notes      []string
	Load       capacity.LoadSummary
}

func (t *trial) note(format string, args ...any) {
	t.told.Notes = append(t.told.Notes, fmt.Sprintf(format, args...))
}

// noteLimits says what of the policy does not act in a simulation, and what
// bounds its meaning.
func (t *trial) noteLimits(p capacity.Policy) {
	pool := p.Pools[0]
	var left []string
	for _, key := range []struct {
		name string
		set  bool
	}{
		{"hold", pool.Hold > 0},
		{"changes", pool.Changes > 0},
		{"budget", p.Objective.Budget.Limited()},
		{"change", p.Objective.Change > 0},
		{"freeze", len(p.Control.Freeze.Windows) > 0},
		{"events", len(p.Events) > 0},
	} {
		if key.set {
			left = append(left, key.name)
		}
	}
	if len(left) > 0 {
		t.note("of the policy, %s count for plans alone, and not here", strings.Join(left, ", "))
	}
	if pool.Ramp.Up.Limited() || pool.Ramp.Down.Limited() {
		t.note("the oracle keeps the ramp by raising its best schedule, which need no longer be the cheapest")
	}
	if known := float64(t.training.Load.Len()) * t.told.Tick.Minutes(); known < nowcast.Least {
		t.note("the short-term forecaster has only %s of training and reacts until it has seen %s", capacity.Brief(time.Duration(known)*time.Minute), capacity.Brief(nowcast.Least*time.Minute))
	}
	if p.Demand.Aggregate != capacity.Sum && t.told.Step > t.told.Tick {
		t.note("inside a step the load is drawn as if it arrived one by one, though demand.aggregate is %s", p.Demand.Aggregate)
	}
}

// Run runs all policies, several at once; each has its place, so that the order
// in which they finish tells nothing.
func (t *trial) run(ctx context.Context, stderr io.Writer) error {
	tested, err := simulate.New(t.tested)
	if err != nil {
		return err
	}
	training, err := simulate.New(t.training)
	if err != nil {
		return err
	}
	nowcasting := simulate.NewNowcasting()
	for _, p := range append([]simulate.Policy{nowcasting}, baseline.Policies()...) {
		t.told.Policies = append(t.told.Policies, contender{Policy: p.Name(), policy: p})
	}
	for _, p := range baseline.Foresight(t.tested.Load) {
		t.told.Policies = append(t.told.Policies, contender{Policy: p.Name(), policy: p, Foresight: true})
	}
	all := t.told.Policies
	var efforts []effort
	for _, c := range all {
		efforts = append(efforts, t.effortOf(c))
	}
	t.announce(stderr, efforts)
	shown := newSimulateProgress(stderr, efforts)
	defer shown.clear()
	fails := make([]error, len(all))
	var next atomic.Int64
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(all) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				fails[i] = all[i].play(ctx, tested.Metered(shown.meter(i, t.tested.Load.Len()-t.tested.From)), training.Metered(shown.meter(i, t.training.Load.Len()-t.training.From)), t.told.Share)
				shown.done(i)
			}
		})
	}
	group.Wait()
	if err := cmp.Or(append(fails, ctx.Err())...); err != nil {
		return err
	}
	t.told.rank()
	return nil
}

// rank sorts the policies by cost at the share, and measures them by the oracle.
func (s *simulated) rank() {
	oracle := s.named(fairOracle)
	for i, c := range s.Policies {
		if excess, reach := c.Curve.ExcessAt(s.Share, oracle.Curve); reach != simulate.Stricter {
			s.Policies[i].Excess = &excess
		}
	}
	cost := func(c contender) float64 {
		if c.CostAtShare == nil {
			return math.Inf(1)
		}
		return *c.CostAtShare
	}
	slices.SortStableFunc(s.Policies, func(a, b contender) int { return cmp.Compare(cost(a), cost(b)) })
}
