package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"headroom/adapters/local"
	"headroom/calendar"
	"headroom/capacity"
	"headroom/history"
	"headroom/simulate"
)

// finest is the tick of a simulation, and the finest step in which a trace is
// read.
const finest = 15 * time.Second

// readTrial reads the trace and lays out the case that every policy is run on.
func readTrial(ctx context.Context, p capacity.Policy, f simulateFlags, train float64, last time.Duration) (*trial, error) {
	if n := len(p.Pools); n != 1 {
		return nil, fmt.Errorf("%s has %d pools, and a simulation is of one: leave one in a copy of the file: %w", f.policy, n, capacity.ErrBadPolicy)
	}
	trace, demand, account, err := readTrace(ctx, p.Demand, f.trace)
	if err != nil {
		return nil, err
	}
	trace.Start = trace.Start.In(zoneOf(p.Demand.Timezone)) // timetables follow this clock
	if trace, err = newest(trace, last); err != nil {
		return nil, fmt.Errorf("trace %s: %w", f.trace, err)
	}
	t := &trial{told: simulated{
		Service: p.Service, Trace: filepath.Base(f.trace), Timezone: p.Demand.Timezone, Pool: p.Pools[0], Step: trace.Step,
		Burstiness: max(1, f.burstiness), Seed: f.seed, From: trace.Start, To: trace.End(), Notes: []string{},
	}}
	t.told.Load = account
	for _, note := range account.Notes {
		t.note("%s", note)
	}
	masked, spans := calendar.Mask(trace)
	for _, s := range spans {
		t.note("%s from %s on is taken for no measurement (%s) and counts nowhere", capacity.Brief(s.To.Sub(s.From)), s.From.Format("Mon 2 Jan 15:04"), s.Reason)
	}
	t.told.Load.Masked = masked.Gaps() - trace.Gaps()
	for i, v := range masked.Values {
		masked.Values[i] = demand.Rate(v)
	}
	arrivals := simulate.Arrivals{Tick: common(trace.Step, finest), Burstiness: f.burstiness, Seed: f.seed}
	load, err := arrivals.Spread(masked)
	if err != nil {
		return nil, fmt.Errorf("trace %s: %w", f.trace, err)
	}
	perStep := int(trace.Step / load.Step)
	split := int(train*float64(trace.Len())) * perStep
	t.told.Tick, t.told.Split = load.Step, load.At(split)
	t.tested = simulate.Case{Load: load, From: split, Pool: p.Pools[0], Seed: f.seed}
	t.training = t.tested
	t.training.Load, t.training.From = load.Slice(0, split), split/2/perStep*perStep
	t.noteLimits(p)
	return t, nil
}

// newest is the last part of the trace, of at least a day; all of it if last is
// zero.
func newest(trace capacity.Series, last time.Duration) (capacity.Series, error) {
	whole := time.Duration(trace.Len()) * trace.Step
	if last == 0 {
		return trace, nil
	}
	if last < 24*time.Hour || last > whole {
		return trace, fmt.Errorf("--last is %s, give 1d to %s, which is all of the trace: %w", inDays(last), inDays(whole), errUsage)
	}
	return trace.Slice(trace.Len()-int(last/trace.Step), trace.Len()), nil
}

// readTrace reads the whole trace in its own step where that is finer than the
// policy's, and returns the demand with that step, and the account of what was read.
func readTrace(ctx context.Context, d capacity.Demand, path string) (s capacity.Series, _ capacity.Demand, account capacity.LoadSummary, err error) {
	if d.Source, err = filepath.Abs(path); err != nil {
		return s, d, account, fmt.Errorf("find the trace: %w", err)
	}
	table, err := local.Source{}.Fetch(ctx, d, time.Time{}, time.Time{})
	if err != nil {
		return s, d, account, err
	}
	defer table.Release()
	d.Step = ownStep(table, d.Step)
	if s, account, err = history.ToSeries(table, d); err != nil {
		return s, d, account, fmt.Errorf("trace %s: %w", path, err)
	}
	if _, err := capacity.Examine(s); err != nil {
		return s, d, account, fmt.Errorf("trace %s: %w", path, err)
	}
	return s, d, account, nil
}

// ownStep is the time between the measurements of t, but neither finer than a
// tick nor coarser than most, and most where they come when they come.
func ownStep(t history.Table, most time.Duration) time.Duration {
	if t.Rows() < 2 {
		return most
	}
	apart := make([]time.Duration, t.Rows()-1)
	for i := range apart {
		apart[i] = t.Time(i + 1).Sub(t.Time(i))
	}
	slices.Sort(apart)
	typical := apart[(len(apart)-1)/2]
	regular := 0
	for _, d := range apart {
		if d == typical {
			regular++
		}
	}
	if 10*regular < 9*len(apart) {
		return most
	}
	return min(max(typical, finest), most)
}

// common is the longest time that divides both: of a step and a part of a
// minute, a part of a minute.
func common(a, b time.Duration) time.Duration {
	for b > 0 {
		a, b = b, a%b
	}
	return a
}
