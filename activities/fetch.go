package activities

import (
	"context"
	"fmt"
	"time"

	"headroom/capacity"
	"headroom/history"
)

// FetchInput names the history wanted: the policy's window before Until, and
// whether the columns that unit rates are learnt from are wanted as well.
type FetchInput struct {
	Policy  capacity.Policy
	Until   time.Time
	Columns bool `json:",omitempty"`
}

// FetchResult is the stored table, and what it was made of.
type FetchResult struct {
	Table   capacity.Ref
	Summary history.Summary
	From    time.Time // of the first measurement
	To      time.Time // of the last
	Columns []Column  `json:",omitempty"`
}

// Fetch reads load history into one Arrow table and stores it under the hash
// of its content. Its errors are those of [history.Source].
func (a *Activities) Fetch(ctx context.Context, in FetchInput) (out FetchResult, err error) {
	defer cross(&err)
	d := in.Policy.Demand
	source, err := a.Sources(d.Source)
	if err != nil {
		return out, err
	}
	t, err := source.Fetch(ctx, d, in.Until.Add(-d.Window), in.Until)
	if err != nil {
		return out, err
	}
	defer t.Release()
	out = FetchResult{Summary: t.Summary(), From: t.From(), To: t.To()}
	if out.Table, err = a.putTable(ctx, in.Policy.Service, t); err != nil {
		return out, err
	}
	if in.Columns {
		out.Columns, err = a.columns(ctx, source, in.Policy, in.Until.Add(-d.Window), in.Until)
	}
	return out, err
}

// putTable stores a table under the hash of its content.
func (a *Activities) putTable(ctx context.Context, service string, t history.Table) (capacity.Ref, error) {
	data, err := history.Encode(t)
	if err != nil {
		return capacity.Ref{}, fmt.Errorf("encode history of %q: %w", service, err)
	}
	return a.Store.Put(ctx, capacity.HistoryKey(service, capacity.RefTo("", data).SHA256), data)
}
