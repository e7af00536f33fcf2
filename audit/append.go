package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"headroom/capacity"
)

// tries is how often Append begins anew when others append to the same chain.
const tries = 20

// Append adds a record to its service's chain, unless one of its ID is there, and
// returns the chain's head. Its Sequence and Previous are filled in. If it fails,
// nothing was added, or the same again adds nothing. It returns ErrRefused for a record of
// what no service can be named, which would stand among the objects of another.
func Append(ctx context.Context, store capacity.Store, r Record) (Head, error) {
	err := capacity.CheckService(r.Service)
	if r.Service != capacity.AllServices && err != nil {
		return Head{}, err
	}
	for range tries {
		var head Head
		if head, err = appendOnce(ctx, store, r); !errors.Is(err, capacity.ErrConflict) {
			return head, err
		}
		if ctx.Err() != nil {
			break
		}
	}
	return Head{}, err
}

func appendOnce(ctx context.Context, store capacity.Store, r Record) (Head, error) {
	head, version, err := readHead(ctx, store, r.Service)
	if err == nil && head.Sequence > 0 {
		return add(ctx, store, r, head, version)
	}
	damage, damaged := errors.AsType[damagedHead](err)
	if err != nil && !damaged {
		return head, err
	}
	head, _, err = follow(ctx, store, r.Service, Head{})
	switch {
	case err != nil:
		return head, err
	case damaged:
	case head.Sequence == 0: // no chain yet
		return add(ctx, store, r, head, version)
	case len(head.Recent) == 1: // it begins at this moment
		return head, moveOn(ctx, store, r.Service, head, version)
	default:
		if err := unmoved(ctx, store, r.Service, version); err != nil {
			return head, err
		}
	}
	text := "the head was gone: it is made anew from the records"
	if damaged {
		kept, err := store.Put(ctx, capacity.DamagedKey(damage.key, damage.data), damage.data)
		if err != nil {
			return head, err
		}
		text = fmt.Sprintf("the head was damaged: it is kept as %q, and made anew from the records", kept.Key)
	}
	return mended(ctx, store, r, head, version, text)
}

// mended appends that a chain was put right, and leaves it to the next try to
// append r.
func mended(ctx context.Context, store capacity.Store, r Record, head Head, version, text string) (Head, error) {
	note := Record{Service: r.Service, ID: fmt.Sprintf("damaged/%s/%d", HeadKey(r.Service), head.Sequence), At: r.At, Kind: Damaged, Text: text}
	head, err := add(ctx, store, note, head, version)
	if err != nil {
		return head, err
	}
	return head, fmt.Errorf("append to the audit of %q once more: %w", r.Service, capacity.ErrConflict)
}

// add puts a record behind the head, which is of that version.
func add(ctx context.Context, store capacity.Store, r Record, head Head, version string) (Head, error) {
	if slices.Contains(head.Recent, r.ID) {
		return head, nil
	}
	r.Sequence, r.Previous = head.Sequence+1, head.Newest
	data, err := json.Marshal(r)
	if err != nil {
		return head, fmt.Errorf("encode what was decided on %q: %w", r.Service, err)
	}
	ref, err := store.Put(ctx, recordKey(r.Service, r.Sequence), data)
	if errors.Is(err, capacity.ErrConflict) {
		return takeUp(ctx, store, r, head, version)
	}
	if err != nil {
		return head, err
	}
	head = head.behind(r, ref)
	return head, swapHead(ctx, store, r.Service, head, version)
}

// takeUp moves a head on to the records that stand behind it already: another
// process has just appended them, one was lost before it could move the head, or the
// head was put back to an older version. What stands in the place of the next record
// and is none is set aside. The next try appends r.
func takeUp(ctx context.Context, store capacity.Store, r Record, head Head, version string) (Head, error) {
	newest, stray, err := follow(ctx, store, r.Service, head)
	switch ahead := newest.Sequence - head.Sequence; {
	case err != nil:
		return head, err
	case ahead == 0 && stray == nil:
		return head, fmt.Errorf("the next record of the audit of %q is gone again: %w", r.Service, capacity.ErrConflict)
	case ahead == 0:
		kept, err := store.Put(ctx, capacity.DamagedKey(stray.key, stray.data), stray.data)
		if err == nil {
			err = store.Delete(ctx, stray.key)
		}
		if err != nil {
			return head, err
		}
		return mended(ctx, store, r, head, version, fmt.Sprintf("%q was no record that follows record %d (%v): it is kept as %q", stray.key, head.Sequence, stray.why, kept.Key))
	case ahead > 1:
		// Whoever appends moves the head on before the next record: no two stand
		// behind one that has not moved.
		if err := unmoved(ctx, store, r.Service, version); err != nil {
			return head, err
		}
		return mended(ctx, store, r, newest, version, fmt.Sprintf("the head named record %d, with records up to %d behind it: it was put back to an older version, and is made anew from the records", head.Sequence, newest.Sequence))
	}
	return newest, moveOn(ctx, store, r.Service, newest, version)
}

// moveOn moves the head, and leaves it to the next try to append.
func moveOn(ctx context.Context, store capacity.Store, service string, head Head, version string) error {
	if err := swapHead(ctx, store, service, head, version); err != nil {
		return err
	}
	return fmt.Errorf("append to the audit of %q once more: %w", service, capacity.ErrConflict)
}

// unmoved is an ErrConflict if the head has another version by now.
func unmoved(ctx context.Context, store capacity.Store, service, version string) error {
	_, now, err := store.Get(ctx, HeadKey(service))
	if err != nil && !errors.Is(err, capacity.ErrNotFound) {
		return err
	}
	if now != version {
		return fmt.Errorf("the head of the audit of %q has moved: %w", service, capacity.ErrConflict)
	}
	return nil
}

func swapHead(ctx context.Context, store capacity.Store, service string, head Head, version string) error {
	data, err := json.Marshal(head)
	if err != nil {
		return fmt.Errorf("encode the head of the audit of %q: %w", service, err)
	}
	return store.Swap(ctx, HeadKey(service), data, version)
}
