package activities

import (
	"context"
	"fmt"
	"time"

	"headroom/capacity"
	"headroom/history"
)

// FetchInput names the history wanted: the policy's window before Until.
type FetchInput struct {
	Policy capacity.Policy
	Until  time.Time
}

// FetchResult is the stored table, and what it was made of.
type FetchResult struct {
	Table   capacity.Ref
	Summary history.Summary
	From    time.Time // of the first measurement
	To      time.Time // of the last
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
	t, summary, err := source.Fetch(ctx, d, in.Until.Add(-d.Window), in.Until)
	if err != nil {
		return out, err
	}
	defer t.Release()
	data, err := history.Encode(t)
	if err != nil {
		return out, fmt.Errorf("encode history of %q: %w", in.Policy.Service, err)
	}
	key := capacity.HistoryKey(in.Policy.Service, capacity.RefTo("", data).SHA256)
	ref, err := a.Store.Put(ctx, key, data)
	if err != nil {
		return out, err
	}
	return FetchResult{Table: ref, Summary: summary, From: t.From(), To: t.To()}, nil
}
