// Package histories fetches the load histories of services into stored tables, and reads
// those tables.
package histories

import (
	"context"
	"fmt"

	"headroom/activities/records"
	"headroom/calendar"
	"headroom/capacity"
	"headroom/history"
	"headroom/pipeline"
)

// Put stores a table under the hash of its content.
func Put(ctx context.Context, r records.Records, service string, t history.Table) (capacity.Ref, error) {
	data, err := history.Encode(t)
	if err != nil {
		return capacity.Ref{}, fmt.Errorf("encode history of %q: %w", service, err)
	}
	return r.Store.Put(ctx, capacity.HistoryKey(service, r.Now(), capacity.RefTo("", data).SHA256), data)
}

// Series reads a stored table as the series that the policy asks for.
func Series(ctx context.Context, r records.Records, table capacity.Ref, d capacity.Demand) (capacity.Series, error) {
	s, _, err := Read(ctx, r, table, d)
	return s, err
}

// Read is Series, with the account of what was read.
func Read(ctx context.Context, r records.Records, table capacity.Ref, d capacity.Demand) (s capacity.Series, account capacity.LoadSummary, err error) {
	data, err := r.Get(ctx, table)
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

// Prepared reads a stored table as the series that the policy asks for, and as
// what models are fitted to: on the wall clock, without outages, holidays and
// events.
func Prepared(ctx context.Context, r records.Records, table capacity.Ref, p capacity.Policy) (capacity.Series, calendar.Prepared, error) {
	s, err := Series(ctx, r, table, p.Demand)
	if err != nil {
		return s, calendar.Prepared{}, err
	}
	ready, err := pipeline.Prepare(s, p)
	return s, ready, err
}
