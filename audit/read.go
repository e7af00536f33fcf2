package audit

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"headroom/capacity"
)

// Read goes through a service's chain, the newest record first, and checks each
// against the hash by which its follower names it, and that they count down. It
// ends after the first error: ErrNotFound if there is no chain, ErrBadData if a
// record is not what was written. Without a head that can be read it looks for the
// newest record. Records that the policy no longer keeps are
// not there, and that is no error if the chain itself says so.
func Read(ctx context.Context, store capacity.Store, service string) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		head, err := newest(ctx, store, service)
		if err == nil && head.Sequence == 0 {
			err = fmt.Errorf("nothing is recorded of %q: %w", service, capacity.ErrNotFound)
		}
		if err != nil {
			yield(Record{}, err)
			return
		}
		l := loader{store: store, service: service}
		for r, err := range l.chain(ctx, fewAtOnce, head) {
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// newest is the head of a chain, made from the records where it cannot be read.
func newest(ctx context.Context, store capacity.Store, service string) (Head, error) {
	head, _, err := readHead(ctx, store, service)
	if _, damaged := errors.AsType[damagedHead](err); damaged || err == nil && head.Sequence == 0 {
		head, _, err = follow(ctx, store, service, Head{})
	}
	return head, err
}

// chain goes through the records from the one that a head names, the newest first, and
// checks each. It reads so many at once.
func (l *loader) chain(ctx context.Context, width int, head Head) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		forgotten := map[capacity.Ref]bool{} // the newest that were let go, each time
		gone := false                        // what comes now was let go
		at, sequence := head.Newest, head.Sequence
		for data, err := range ahead(ctx, width, sequence, 1, l.load) {
			gone = gone || forgotten[at]
			var r Record
			if err == nil {
				r, err = checked(data, l.service, at, sequence)
			}
			if errors.Is(err, capacity.ErrNotFound) {
				var late error
				if !gone {
					gone, late = l.letGo(ctx, head, sequence)
				}
				if gone {
					return
				}
				err = cmp.Or(late, fmt.Errorf("record %d of the audit of %q is gone, and no record says that it was let go: %w", sequence, l.service, capacity.ErrBadData))
			}
			if err == nil && r.Kind == Forgotten {
				var f Forgetting
				err = decode(at, r.Facts, &f)
				forgotten[f.Newest] = true
			}
			if !yield(r, err) || err != nil {
				return
			}
			at = r.Previous
			sequence--
		}
	}
}

// letGo reports whether a record was let go after a head was read: then one behind that head
// says so.
func (l *loader) letGo(ctx context.Context, since Head, sequence int64) (bool, error) {
	head, err := newest(ctx, l.store, l.service)
	if err != nil || head.Sequence <= since.Sequence {
		return false, err
	}
	later := loader{store: l.store, service: l.service}
	at := head.Newest
	for r, err := range later.chain(ctx, fewAtOnce, head) {
		if err != nil {
			return false, err
		}
		if r.Sequence <= since.Sequence {
			break
		}
		if r.Kind == Forgotten {
			var f Forgetting
			if err := decode(at, r.Facts, &f); err != nil {
				return false, err
			}
			if numberIn(recordName, l.service, f.Newest.Key) >= sequence {
				return true, nil
			}
		}
		at = r.Previous
	}
	return false, nil
}

// LastOrder is the newest record of kind [Ordered] of a service. It returns ErrNotFound
// if there was none, and ErrBadData if it is gone or is not what was written.
func LastOrder(ctx context.Context, store capacity.Store, service string) (Record, error) {
	head, err := newest(ctx, store, service)
	if err != nil {
		return Record{}, err
	}
	if head.OrderedSequence == 0 {
		return Record{}, fmt.Errorf("no order is on record for %q: %w", service, capacity.ErrNotFound)
	}
	data, err := (&loader{store: store, service: service}).load(ctx, head.OrderedSequence)
	var r Record
	if err == nil {
		r, err = checked(data, service, head.Ordered, head.OrderedSequence)
	}
	if errors.Is(err, capacity.ErrNotFound) {
		err = fmt.Errorf("record %d of the audit of %q, the newest order, is gone: %w", head.OrderedSequence, service, capacity.ErrBadData)
	}
	return r, err
}

// checked is the record that at refers to, which must be that of the sequence.
func checked(data []byte, service string, at capacity.Ref, sequence int64) (Record, error) {
	var r Record
	if err := at.Check(data); err != nil {
		return r, fmt.Errorf("record %d of the audit of %q is not what was written: %w", sequence, service, err)
	}
	if err := decode(at, data, &r); err != nil {
		return r, err
	}
	switch {
	case r.Sequence != sequence || at.Key != recordKey(service, sequence):
		return r, fmt.Errorf("%q is record %d of the audit of %q, where record %d is wanted: %w", at.Key, r.Sequence, service, sequence, capacity.ErrBadData)
	case r.Service != service:
		return r, fmt.Errorf("%q is a record of %q, not of %q: %w", at.Key, r.Service, service, capacity.ErrBadData)
	case sequence == 1 && r.Previous != capacity.Ref{}:
		return r, fmt.Errorf("record 1 of the audit of %q names one before it: %w", service, capacity.ErrBadData)
	}
	return r, nil
}

func decode(at capacity.Ref, data []byte, v any) error {
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("decode %q: %w: %w", at.Key, err, capacity.ErrBadData)
	}
	return nil
}
