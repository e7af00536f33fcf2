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
// nothing was added, or the same again adds nothing.
func Append(ctx context.Context, store capacity.Store, r Record) (Head, error) {
	var err error
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
	if damage, ok := errors.AsType[damagedHead](err); ok {
		if err := restart(ctx, store, r, damage, version); err != nil {
			return Head{}, err
		}
		head, version, err = readHead(ctx, store, r.Service)
	}
	if err != nil {
		return head, err
	}
	return add(ctx, store, r, head, version)
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
	ref, err := store.Put(ctx, r.key(data), data)
	if err != nil {
		return head, err
	}
	oldest := head.Oldest
	switch {
	case !r.oldest.IsZero():
		oldest = r.oldest
	case oldest.IsZero() || r.At.Before(oldest):
		oldest = r.At
	}
	head = Head{Newest: ref, Sequence: r.Sequence, Oldest: oldest, Recent: append(head.Recent, r.ID)}
	head.Recent = head.Recent[max(0, len(head.Recent)-remembered):]
	if data, err = json.Marshal(head); err != nil {
		return head, fmt.Errorf("encode the head of the audit of %q: %w", r.Service, err)
	}
	// Until the head names it, a record is no part of the chain.
	return head, store.Swap(ctx, HeadKey(r.Service), data, version)
}

// readHead reads a service's head; that of no chain is zero.
func readHead(ctx context.Context, store capacity.Store, service string) (head Head, version string, err error) {
	key := HeadKey(service)
	data, version, err := store.Get(ctx, key)
	if errors.Is(err, capacity.ErrNotFound) {
		return head, "", nil
	}
	if err != nil {
		return head, "", err
	}
	err = json.Unmarshal(data, &head)
	if err == nil && (head.Sequence < 1 || head.Newest.Key == "") {
		err = errors.New("it names no record")
	}
	if err != nil {
		return Head{}, version, damagedHead{key, data, err}
	}
	return head, version, nil
}

// A damagedHead is a head that cannot be read, and its bytes.
type damagedHead struct {
	key  string
	data []byte
	why  error
}

// Error implements error.
func (d damagedHead) Error() string {
	return fmt.Sprintf("the head of the audit %q: %v: %v", d.key, d.why, capacity.ErrBadData)
}

// Unwrap implements [errors.Unwrap].
func (d damagedHead) Unwrap() error { return capacity.ErrBadData }

// restart begins a new chain in place of one whose head is damaged, so that what
// is decided now can be recorded. Its first record says so, and names where the
// bytes of the head are kept. The records of the chain before stay where they
// are; a head of it that was noted is no longer known to [Verify].
func restart(ctx context.Context, store capacity.Store, r Record, damage damagedHead, version string) error {
	kept, err := store.Put(ctx, capacity.DamagedKey(damage.key, damage.data), damage.data)
	if err != nil {
		return err
	}
	first := Record{
		Service: r.Service, ID: "damaged/" + kept.Key, At: r.At, Kind: Damaged, Why: damage.Error(),
		Text: fmt.Sprintf("a new chain begins, since the head of the one before is damaged: it is kept as %q", kept.Key),
	}
	_, err = add(ctx, store, first, Head{}, version)
	return err
}
