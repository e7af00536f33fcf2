package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"headroom/capacity"
	"headroom/executor/event"
)

// An EventRecord is what the preparation of an event stores before it raises or
// orders anything, and removes once all is taken back. With it another run can
// take back what one has left that was terminated.
type EventRecord struct {
	Policy capacity.Policy
	Clock  capacity.Clock
	By     string
	State  event.State
}

// EventRecordInput names an event of a service.
type EventRecordInput struct{ Service, Event string }

// ReadEventRecord reads the record of an event; nil if there is none.
func ReadEventRecord(ctx context.Context, store capacity.Store, service, name string) (*EventRecord, error) {
	key := capacity.EventKey(service, name)
	data, _, err := store.Get(ctx, key)
	if errors.Is(err, capacity.ErrNotFound) {
		return nil, nil //nolint:nilnil // there is none
	}
	if err != nil {
		return nil, err
	}
	record := new(EventRecord)
	return record, decode(key, data, record)
}

// RecallEvent is what an earlier run left of the preparation of an event: the
// state in its record, or nil. A damaged record is an [capacity.ErrBadData].
func (a *Activities) RecallEvent(ctx context.Context, in EventRecordInput) (left *event.State, err error) {
	defer cross(&err)
	record, err := ReadEventRecord(ctx, a.Store, in.Service, in.Event)
	if err != nil || record == nil {
		return nil, err
	}
	return &record.State, nil
}

// RecordEvent stores the record of an event in place of the one that there is.
func (a *Activities) RecordEvent(ctx context.Context, in EventRecord) (err error) {
	defer cross(&err)
	key := capacity.EventKey(in.State.Service, in.State.Event.Name)
	data, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("encode %q: %w", key, err)
	}
	_, version, err := a.Store.Get(ctx, key)
	if err != nil && !errors.Is(err, capacity.ErrNotFound) {
		return err
	}
	return a.Store.Swap(ctx, key, data, version)
}

// ForgetEvent removes the record of an event.
func (a *Activities) ForgetEvent(ctx context.Context, in EventRecordInput) (err error) {
	defer cross(&err)
	return a.Store.Delete(ctx, capacity.EventKey(in.Service, in.Event))
}
