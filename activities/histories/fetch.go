package histories

import (
	"context"
	"time"

	"headroom/activities/failure"
	"headroom/activities/records"
	"headroom/capacity"
	"headroom/history"
)

// Histories fetches the load histories of services.
type Histories struct {
	Records records.Records
	Sources func(uri string) (history.Source, error)
}

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
func (a *Histories) Fetch(ctx context.Context, in FetchInput) (out FetchResult, err error) {
	defer failure.Cross(&err)
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
	if out.Table, err = Put(ctx, a.Records, in.Policy.Service, t); err != nil {
		return out, err
	}
	if in.Columns {
		out.Columns, err = Columns(ctx, a.Records, source, in.Policy, in.Until.Add(-d.Window), in.Until)
	}
	return out, err
}
