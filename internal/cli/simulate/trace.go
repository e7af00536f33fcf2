package simulate

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"headroom/calendar"
	"headroom/capacity"
	"headroom/history"
	"headroom/internal/cli/command"
	"headroom/pipeline"
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
	trace, demand, account, err := readTrace(ctx, f.files, p.Demand, f.trace)
	if err != nil {
		return nil, err
	}
	trace.Start = trace.Start.In(command.ZoneOf(p.Demand.Timezone)) // timetables follow this clock
	masked, odd := calendar.Measured(trace)                         // of all of it: the more days, the better it is known what is usual
	account.Masked = masked.Gaps() - trace.Gaps()
	account.Notes = slices.Concat(account.Notes, odd)
	if trace, err = newest(masked, last); err != nil {
		return nil, fmt.Errorf("trace %s: %w", f.trace, err)
	}
	if priced, err := p.PricedAt(trace.End()); err == nil {
		p = priced
	} else {
		account.Note("the newest price counts: %v", err)
	}
	read := p
	read.Demand = demand // in the step of the trace
	if why := pipeline.Implausible(read, trace, account.Fractions); why != "" {
		account.Note("%s", why)
	}
	t := &trial{told: simulated{
		Service: p.Service, Trace: filepath.Base(f.trace), Timezone: p.Demand.Timezone, Pool: p.Pools[0], Step: trace.Step,
		Burstiness: max(1, f.burstiness), Seed: f.seed, From: trace.Start, To: trace.End(), Notes: slices.Clone(account.Notes),
		Currency: p.Objective.Currency, Load: account,
	}}
	if n := trace.Gaps(); n > 0 {
		t.note("steps without a measurement, or with a masked one, count nowhere: %d of %d", n, trace.Len())
	}
	rates := trace
	rates.Values = make([]float64, trace.Len())
	for i, v := range trace.Values {
		rates.Values[i] = demand.Rate(v)
	}
	arrivals := simulate.Arrivals{Tick: capacity.CommonDivisor(trace.Step, finest), Burstiness: f.burstiness, Seed: f.seed}
	load, err := arrivals.Spread(rates)
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
		return trace, fmt.Errorf("--last is %s, give 1d to %s, which is all of the trace: %w", inDays(last), inDays(whole), command.ErrUsage)
	}
	return trace.Slice(trace.Len()-int(last/trace.Step), trace.Len()), nil
}

// readTrace reads the whole trace in its own step where that is finer than the
// policy's, and returns the demand with that step, and the account of what was read.
func readTrace(ctx context.Context, files history.Source, d capacity.Demand, path string) (s capacity.Series, _ capacity.Demand, account capacity.LoadSummary, err error) {
	if d.Source, err = filepath.Abs(path); err != nil {
		return s, d, account, fmt.Errorf("find the trace: %w", err)
	}
	table, err := files.Fetch(ctx, d, time.Time{}, time.Time{})
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
