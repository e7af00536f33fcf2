package regret

import (
	"context"
	"fmt"
	"time"

	"headroom/capacity"
	"headroom/simulate"
	"headroom/simulate/baseline"
)

// Input is what is known of a service afterwards.
type Input struct {
	// Policy is of one pool, with the unit rate and the lead time that were
	// learnt and measured.
	Policy capacity.Policy
	Load   capacity.Series // in steps and in the unit of the demand; NaN: not measured
	Window capacity.Window // that is compared
	// Outcomes are those of all plans that were carried out in the window, and
	// for some time before and after, in any order.
	Outcomes []capacity.Outcome
	Sights   []Sight // of the pool's target at the same time, in any order
	// Held is until when the number that was asked for last counts: the end of
	// the plan that asked for it.
	Held time.Time
}

// A Comparison is what a service's capacity came to in a window, and what it
// would have come to otherwise.
type Comparison struct {
	Service string
	Pool    string
	Window  capacity.Window
	Tally   Tally
	Gaps    []Gap // of the window, which are not compared
	Notes   []string
	Curves  Curves
}

// Compare tells what was done from what could have been done. The error is a
// [capacity.ErrNoData] if nothing of the window is known, an
// [capacity.ErrBadPolicy] if the policy has several pools or no unit rate, a
// [capacity.ErrBadSeries] if the load is broken, and that of ctx if it ends.
func Compare(ctx context.Context, in Input) (Comparison, error) {
	p := in.Policy
	out := Comparison{Service: p.Service, Window: in.Window}
	if n := len(p.Pools); n != 1 {
		return out, fmt.Errorf("compare %q: it has %s, and the simulator runs one: %w", p.Service, capacity.Count(n, "pool"), capacity.ErrBadPolicy)
	}
	pool := p.Pools[0]
	out.Pool = pool.Name
	record := NewRecord(pool.Target, in.Outcomes, in.Sights...)
	w, err := newWorld(in, record)
	if err != nil {
		return out, err
	}
	if pool.Interruption > 0 {
		pool.Interruption = 0
		out.Notes = append(out.Notes, "what the market takes back is not replayed: the oracle and the reactive policy lose no unit")
	}
	if p.Objective.Change > 0 {
		out.Notes = append(out.Notes, "objective.change is not counted, as the oracle does not minimise it")
	}
	if record.Beneath {
		out.Notes = append(out.Notes, "the target's number is a floor: of the units that another autoscaler added to it only those count that were seen when it was asked")
	}
	s, err := simulate.New(simulate.Case{Load: w.load, From: w.from, Pool: pool, Start: capacity.Units(w.serving[w.from])})
	if err != nil {
		return out, fmt.Errorf("compare %q: %w", p.Service, err)
	}
	return out, w.fill(ctx, &out, s, p)
}

// fill runs all ways of running the service.
func (w world) fill(ctx context.Context, out *Comparison, s *simulate.Simulation, p capacity.Policy) error {
	rate, t := p.Pools[0].UnitRate, &out.Tally
	t.Window = out.Window.To.Sub(out.Window.From).Minutes()
	out.Gaps = w.gaps()

	done, err := s.Run(ctx, replayed{simulate.Planned{Slots: w.slots()}})
	if err != nil {
		return err
	}
	done.Ready = w.serving[w.from:] // as it was, not as the lead time has it
	score := w.score(done)
	t.Minutes, t.Done = score.Minutes, account("done", score, p.Objective.Missing)

	policy, named := plain(p.Control.Floor)
	reacted, err := s.Run(ctx, policy)
	if err != nil {
		return err
	}
	t.Reactive = account(named, w.score(reacted), p.Objective.Missing)

	oracle, instant := baseline.Oracle{Truth: w.load}, baseline.InstantOracle{Truth: w.load}
	if p.Objective.Missing > 0 {
		// In unit-hours; beside units that cost nothing, the most that counts.
		oracle.Missing = min(p.Objective.Missing/p.Pools[0].Price, dearest)
		instant.Missing = oracle.Missing
	}
	var best simulate.Run
	if t.Oracle, best, err = w.best(ctx, s, oracle, p.Objective); err != nil {
		return err
	}
	if t.Instant, _, err = w.best(ctx, s, instant, p.Objective); err != nil {
		return err
	}
	out.Curves = Curves{
		Tick: w.load.Step, Need: NewCurve(w.need(rate)), Done: NewCurve(w.serving),
		Oracle: NewCurve(w.whole(best.Ready)), Reactive: NewCurve(w.whole(reacted.Ready)),
	}
	return nil
}

// score measures a run over the time that is compared.
func (w world) score(r simulate.Run) simulate.Score {
	r.Case.Load = w.counted
	return r.Score()
}

// whole is units by tick of the window; none before the first that is compared.
func (w world) whole(ready []int32) []int32 {
	return append(make([]int32, w.from), ready...)
}

// replayed asks for what was asked for, whatever the limits are: they may have
// been others then, or a person has overruled them.
type replayed struct{ simulate.Planned }

// Frame takes the limits from the case.
func (replayed) Frame(c simulate.Case) simulate.Case {
	c.Pool.Min, c.Pool.Max, c.Pool.Ramp = 0, 0, capacity.Ramp{}
	return c
}
