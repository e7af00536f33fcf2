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

// follow goes from a head to the newest record that stands behind it; if the head is
// zero, from the newest of those that are listed without a gap. Recent is then that of
// the records that were read. Whatever stands in the place of the next one and does not
// follow is returned with it.
func follow(ctx context.Context, store capacity.Store, service string, head Head) (Head, *stray, error) {
	if head.Sequence > 0 {
		return followFrom(ctx, &loader{store: store, service: service}, head)
	}
	c, err := list(ctx, store, service)
	if err != nil {
		return head, nil, err
	}
	first, last, err := c.run(ctx, store, service)
	if err != nil {
		return head, nil, err
	}
	l := &loader{store: store, service: service, listed: &c}
	if first > 0 {
		var oldest Record
		if data, err := l.load(ctx, first); err == nil && json.Unmarshal(data, &oldest) == nil {
			head.Oldest = oldest.At
		}
	}
	head.Sequence = max(0, first-1, last-remembered)
	found, wrong, err := followFrom(ctx, l, head)
	if err == nil && found.Sequence == 0 && head.Sequence >= first { // the first of these is damaged
		head.Sequence = max(0, first-1)
		found, wrong, err = followFrom(ctx, l, head)
	}
	if err == nil && wrong == nil && found.Sequence == 0 && first > 0 { // a chain must not begin anew
		return found, nil, letGoMeanwhile(service)
	}
	if err == nil && found.OrderedSequence == 0 && head.Sequence >= first {
		found.Ordered, found.OrderedSequence = l.lastOrder(ctx, found)
	}
	return found, wrong, err
}

// lastOrder refers to the newest order of a chain; zero if there is none up to the first
// record that cannot be read.
func (l *loader) lastOrder(ctx context.Context, head Head) (capacity.Ref, int64) {
	at := head.Newest
	for r, err := range l.chain(ctx, atOnce, head) {
		if err != nil {
			break
		}
		if r.Kind == Ordered {
			return at, r.Sequence
		}
		at = r.Previous
	}
	return capacity.Ref{}, 0
}

// followFrom is follow. Of a head that names no record, the first record is taken as it
// is, unless it is that of the sequence 1.
func followFrom(ctx context.Context, l *loader, head Head) (Head, *stray, error) {
	from := head.Sequence
	for {
		next := head.Sequence + 1
		key := recordKey(l.service, next)
		data, err := l.load(ctx, next)
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
		case r.Service != l.service || r.Sequence != next:
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
