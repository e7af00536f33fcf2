// Package activities is what workflows order: fetch, backtest, train, promote,
// forecast, optimise, act and verify. Each is a method on [Activities], which
// holds the ports it works through; none knows an adapter or a model by name.
// All are idempotent, so Temporal may repeat any of them. What is large goes to
// the store; only references and short summaries are returned.
package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"headroom/backtest"
	"headroom/calendar"
	"headroom/capacity"
	"headroom/history"
	"headroom/models/blend"
	"headroom/pipeline"
)

// Activities is the ports. All fields are needed, unless they say otherwise.
type Activities struct {
	Store   capacity.Store
	Sources func(uri string) (history.Source, error)
	// Targets finds a target; a simulated one lives in the given time.
	Targets func(name capacity.TargetName, now func() time.Time) (capacity.Target, error)
	// Models is the candidates for a step, simplest first.
	Models     func(step time.Duration) []capacity.Model
	Baseline   string // the candidate that others must beat; empty: that of [backtest.Baseline]
	Now        func() time.Time
	Conductor  Conductor  // nil where nothing is executed
	Identifier Identifier // nil where no caller is authorized
	Notifier   Notifier   // nil: no notices
	Observer   Observer   // nil: no metrics
}

// tell passes the input and the result of an activity that succeeded to the observer.
// It is deferred.
func tell[In, Out any](a *Activities, in *In, out *Out, err *error) {
	if a.Observer != nil && *err == nil {
		a.Observer.Observe(*in, *out)
	}
}

// get reads what ref names and checks it against the hash.
func (a *Activities) get(ctx context.Context, ref capacity.Ref) ([]byte, error) {
	data, _, err := a.Store.Get(ctx, ref.Key)
	if err != nil {
		return nil, err
	}
	return data, ref.Check(data)
}

// getJSON reads what ref names into v and checks it against the hash.
func (a *Activities) getJSON(ctx context.Context, ref capacity.Ref, v any) error {
	data, err := a.get(ctx, ref)
	if err != nil {
		return err
	}
	return decode(ref.Key, data, v)
}

// putJSON stores v under key, once.
func (a *Activities) putJSON(ctx context.Context, key string, v any) (capacity.Ref, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return capacity.Ref{}, fmt.Errorf("encode %q: %w", key, err)
	}
	return a.Store.Put(ctx, key, data)
}

// swapJSON replaces what is under key in the given version by v.
func (a *Activities) swapJSON(ctx context.Context, key string, v any, version string) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %q: %w", key, err)
	}
	return a.Store.Swap(ctx, key, data, version)
}

func decode(key string, data []byte, v any) error {
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("decode %q: %w: %w", key, err, capacity.ErrBadData)
	}
	return nil
}

// series reads a stored table as the series that the policy asks for.
func (a *Activities) series(ctx context.Context, table capacity.Ref, d capacity.Demand) (capacity.Series, error) {
	s, _, err := a.load(ctx, table, d)
	return s, err
}

// load is series, with the account of what was read.
func (a *Activities) load(ctx context.Context, table capacity.Ref, d capacity.Demand) (s capacity.Series, account capacity.LoadSummary, err error) {
	data, err := a.get(ctx, table)
	if err != nil {
		return s, account, err
	}
	t, err := history.Decode(data)
	if err != nil {
		return s, account, fmt.Errorf("%q: %w", table.Key, err)
	}
	defer t.Release()
	return history.ToSeries(t, d)
}

// prepared reads a stored table as the series that the policy asks for, and as
// what models are fitted to: on the wall clock, without outages, holidays and
// events.
func (a *Activities) prepared(ctx context.Context, table capacity.Ref, p capacity.Policy) (capacity.Series, calendar.Prepared, error) {
	s, err := a.series(ctx, table, p.Demand)
	if err != nil {
		return s, calendar.Prepared{}, err
	}
	ready, err := pipeline.Prepare(s, p)
	return s, ready, err
}

// model finds a candidate by name.
func (a *Activities) model(step time.Duration, name string) (capacity.Model, error) {
	if m := backtest.Named(a.Models(step), name, blend.Weights{}); m != nil {
		return m, nil
	}
	return nil, unknown(name)
}

func unknown(model string) error {
	return fmt.Errorf("model %q is not known to this worker, update it: %w", model, capacity.ErrNotFound)
}
