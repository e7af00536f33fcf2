package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"headroom/capacity"
)

// A stray is an object in the place of the next record that does not follow the
// one before.
type stray struct {
	key  string
	data []byte
	why  error
}

// follow goes from a head to the newest record that stands behind it: from the
// oldest record that is kept if the head is zero. Recent is then that of the records
// that were read. Whatever stands in the place of the next one and does not follow is
// returned with it.
func follow(ctx context.Context, store capacity.Store, service string, head Head) (Head, *stray, error) {
	if head.Sequence == 0 {
		first, err := oldest(ctx, store, service)
		if err != nil {
			return head, nil, err
		}
		head.Sequence = first - 1
	}
	from := head.Sequence
	for {
		key := recordKey(service, head.Sequence+1)
		data, _, err := store.Get(ctx, key)
		if errors.Is(err, capacity.ErrNotFound) {
			if head.Newest.Key == "" {
				return Head{}, nil, nil
			}
			return head, nil, nil
		}
		if err != nil {
			return head, nil, err
		}
		var r Record
		why := json.Unmarshal(data, &r)
		switch begins := head.Newest.Key == "" && head.Sequence == from && from > 0; {
		case why != nil:
		case r.Service != service || r.Sequence != head.Sequence+1:
			why = fmt.Errorf("it is record %d of %q", r.Sequence, r.Service)
		case r.Previous != head.Newest && !begins:
			why = errors.New("it names another record as the one before it")
		}
		if why != nil {
			if head.Newest.Key == "" {
				head = Head{}
			}
			return head, &stray{key, data, why}, nil
		}
		head = head.behind(r, capacity.RefTo(key, data))
	}
}

// oldest is the sequence of the oldest record that is kept: 1, unless older ones were
// let go. What cannot be read counts as not there.
func oldest(ctx context.Context, store capacity.Store, service string) (int64, error) {
	data, _, err := store.Get(ctx, OldestKey(service))
	if errors.Is(err, capacity.ErrNotFound) {
		return 1, nil
	}
	if err != nil {
		return 0, err
	}
	var o Oldest
	if json.Unmarshal(data, &o) != nil || o.Sequence < 1 {
		return 1, nil //nolint:nilerr // damaged: the records are read from the first
	}
	return o.Sequence, nil
}

// An Oldest says which record of a chain is the oldest that is kept.
type Oldest struct {
	Sequence int64
}

// keepFrom notes which record is the oldest that is kept.
func keepFrom(ctx context.Context, store capacity.Store, service string, sequence int64) error {
	_, version, err := store.Get(ctx, OldestKey(service))
	if err != nil && !errors.Is(err, capacity.ErrNotFound) {
		return err
	}
	data, err := json.Marshal(Oldest{sequence})
	if err != nil {
		return fmt.Errorf("encode the oldest record of the audit of %q: %w", service, err)
	}
	return store.Swap(ctx, OldestKey(service), data, version)
}
