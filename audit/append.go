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
	if err != nil {
		return head, err
	}
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
	if err := json.Unmarshal(data, &head); err != nil {
		return head, "", fmt.Errorf("the head of the audit %q: %w: %w", key, err, capacity.ErrBadData)
	}
	return head, version, nil
}
