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

// A Head names the newest record of a chain. It only saves looking for it: what it
// says follows from the records.
type Head struct {
	Newest   capacity.Ref
	Sequence int64
	Oldest   time.Time // no record that is kept is older
	// Ordered refers to the newest record of kind [Ordered]; zero if there is none.
	Ordered         capacity.Ref `json:",omitzero"`
	OrderedSequence int64        `json:",omitempty"` // of that record
	// Recent is the IDs of the newest records, the newest last.
	Recent []string
}

// remembered is how many IDs a head holds: a decision that is told again, because
// an answer was lost, is told again before so many others are.
const remembered = 64

// behind is the head once r stands behind it at that place.
func (h Head) behind(r Record, at capacity.Ref) Head {
	h.Newest, h.Sequence = at, r.Sequence
	if r.Kind == Ordered {
		h.Ordered, h.OrderedSequence = at, r.Sequence
	}
	switch {
	case !r.oldest.IsZero():
		h.Oldest = r.oldest
	case h.Oldest.IsZero() || r.At.Before(h.Oldest):
		h.Oldest = r.At
	}
	h.Recent = append(slices.Clone(h.Recent), r.ID)
	h.Recent = h.Recent[max(0, len(h.Recent)-remembered):]
	return h
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
