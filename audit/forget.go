package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"headroom/capacity"
)

// A Forgetting is the facts of a record of kind Forgotten.
type Forgetting struct {
	Newest  capacity.Ref // of the records that were let go
	Records int64
	Before  time.Time // all of them are older
}

// Forget removes a service's records from before a time, and first appends a
// record that says so: a chain that is shorter for another reason does not pass
// [Verify]. Of a segment all records are removed, or none. The newest record always
// stays. Broken off, the next call ends it. It refuses records that do not follow each
// other, by an ErrBadData.
func Forget(ctx context.Context, store capacity.Store, service string, before, now time.Time) (f Forgetting, err error) {
	for range tries {
		f, err = forget(ctx, store, service, before, now)
		meanwhile := errors.Is(err, capacity.ErrNotFound) || errors.Is(err, capacity.ErrConflict) // another process lets records go
		if !meanwhile || ctx.Err() != nil {
			break
		}
	}
	return f, err
}

func forget(ctx context.Context, store capacity.Store, service string, before, now time.Time) (Forgetting, error) {
	f := Forgetting{Before: before}
	head, _, err := readHead(ctx, store, service)
	if err != nil || head.Sequence == 0 || !head.Oldest.Before(before) {
		return f, err
	}
	c, err := list(ctx, store, service)
	if err != nil {
		return f, err
	}
	first, kept, err := c.before(ctx, store, service, before, head.Sequence)
	if err != nil || kept <= first {
		return f, err
	}
	data, err := (&loader{store: store, service: service, listed: &c}).load(ctx, kept)
	if err != nil {
		return f, err
	}
	var oldest Record
	if err := decode(capacity.Ref{Key: recordKey(service, kept)}, data, &oldest); err != nil {
		return f, err
	}
	f.Newest, f.Records = oldest.Previous, kept-first
	facts, err := json.Marshal(f)
	if err != nil {
		return f, fmt.Errorf("encode what is forgotten of %q: %w", service, err)
	}
	_, err = Append(ctx, store, Record{
		Service: service, ID: "forgotten/" + f.Newest.SHA256, At: now, Kind: Forgotten,
		Text:  fmt.Sprintf("%s from before %s were let go", capacity.Count(f.Records, "record"), before.UTC().Format(time.RFC3339)),
		Facts: facts, oldest: before,
	})
	if err != nil {
		return f, err
	}
	// The oldest first: what is left of a broken off removal stays a chain.
	for n := first; n < kept; n++ {
		if c.records[n] {
			if err := store.Delete(ctx, recordKey(service, n)); err != nil {
				return f, err
			}
		}
		if segment := segmentOf(n); n == segment+inSegment-1 && slices.Contains(c.segments, segment) {
			if err := store.Delete(ctx, segmentKey(service, segment)); err != nil {
				return f, err
			}
		}
	}
	return f, nil
}

// before is the first record that is there, and the first after it that is not from
// before a time, or is the newest.
func (c contents) before(ctx context.Context, store capacity.Store, service string, before time.Time, newest int64) (first, kept int64, err error) {
	first, _, err = c.run(ctx, store, service)
	if err != nil || first == 0 {
		return first, first, err
	}
	l := loader{store: store, service: service, listed: &c}
	var previous capacity.Ref
	for kept = first; kept < newest; kept++ {
		data, err := l.load(ctx, kept)
		if err != nil {
			return first, kept, err
		}
		var r Record
		at := capacity.RefTo(recordKey(service, kept), data)
		if err := decode(at, data, &r); err != nil {
			return first, kept, err
		}
		if r.Sequence != kept || kept > first && r.Previous != previous {
			return first, kept, fmt.Errorf("record %d of the audit of %q does not follow the one before it: %w", kept, service, capacity.ErrBadData)
		}
		if !r.At.Before(before) {
			break
		}
		previous = at
	}
	if segment := segmentOf(kept); slices.Contains(c.segments, segment) {
		kept = max(first, segment)
	}
	return first, kept, nil
}
