package events

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"headroom/activities/failure"
	"headroom/activities/records"
	"headroom/capacity"
	"headroom/executor/event"
)

// An Record is what the preparation of an event stores before it raises or
// orders anything, and removes once all is taken back. With it another run can
// take back what one has left that was terminated.
type Record struct {
	Clock capacity.Clock
	By    string
	State event.State
}

// RecordInput names an event of a service.
type RecordInput struct{ Service, Event string }

// ReadRecord reads the record of an event; nil if there is none.
func ReadRecord(ctx context.Context, store capacity.Store, service, name string) (*Record, error) {
	key := capacity.EventKey(service, name)
	data, _, err := store.Get(ctx, key)
	if errors.Is(err, capacity.ErrNotFound) {
		return nil, nil //nolint:nilnil // there is none
	}
	if err != nil {
		return nil, err
	}
	record := new(Record)
	return record, records.DecodeObject(key, data, record)
}

// RecallEvent is what an earlier run left of the preparation of an event: the
// state in its record, or nil. A damaged record is an [capacity.ErrBadData].
func (a *Events) RecallEvent(ctx context.Context, in RecordInput) (left *event.State, err error) {
	defer failure.Cross(&err)
	record, err := ReadRecord(ctx, a.Records.Store, in.Service, in.Event)
	if err != nil || record == nil {
		return nil, err
	}
	return &record.State, nil
}

// RecordEvent stores the record of an event in place of the one that there is.
func (a *Events) RecordEvent(ctx context.Context, in Record) (err error) {
	defer failure.Cross(&err)
	key := capacity.EventKey(in.State.Service, in.State.Event.Name)
	data, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("encode %q: %w", key, err)
	}
	_, version, err := a.Records.Store.Get(ctx, key)
	if err != nil && !errors.Is(err, capacity.ErrNotFound) {
		return err
	}
	return a.Records.Store.Swap(ctx, key, data, version)
}

// ForgetEvent removes the record of an event.
func (a *Events) ForgetEvent(ctx context.Context, in RecordInput) (err error) {
	defer failure.Cross(&err)
	return a.Records.Store.Delete(ctx, capacity.EventKey(in.Service, in.Event))
}
