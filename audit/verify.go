package audit

import (
	"context"
	"fmt"

	"headroom/capacity"
)

// A Verification is what was found of a chain that is whole.
type Verification struct {
	Service string
	Records int64  // that are there
	First   int64  // the oldest's sequence: 1, unless older ones were let go
	Newest  int64  // the newest's
	Head    string // SHA-256 of the newest record: note it elsewhere
	// Known reports whether a head that was noted earlier is part of the chain.
	Known bool
}

// Verify reads a service's whole chain. Any record that was changed, dropped or
// put elsewhere is an ErrBadData; so is a head that is gone, damaged or older than
// the newest record, an object behind the newest record that is none, and a chain that does not hold the record
// whose SHA-256, or its beginning, is known, where that is not empty: the chain
// was replaced, or cut short at its newer end.
func Verify(ctx context.Context, store capacity.Store, service, known string) (Verification, error) {
	v := Verification{Service: service}
	head, err := checkHead(ctx, store, service)
	if err != nil {
		return v, err
	}
	v.Head = head.Newest.SHA256
	at := head.Newest
	for r, err := range Read(ctx, store, service) {
		if err != nil {
			return v, err
		}
		if v.Records == 0 {
			v.Newest = r.Sequence
		}
		v.Known = v.Known || named(at, known)
		v.Records++
		v.First, at = r.Sequence, r.Previous
	}
	if known != "" && !v.Known {
		return v, fmt.Errorf("the audit of %q holds no record with the hash %s: it was replaced or cut short since that was noted, or that record is older than the policy keeps: %w", service, known, capacity.ErrBadData)
	}
	return v, nil
}

// checkHead reads a head behind which no record stands.
func checkHead(ctx context.Context, store capacity.Store, service string) (Head, error) {
	before := int64(-1)
	for {
		head, _, err := readHead(ctx, store, service)
		if err != nil {
			return head, err
		}
		newest, stray, err := follow(ctx, store, service, head)
		switch {
		case err != nil:
			return head, err
		case stray != nil:
			return head, fmt.Errorf("%q stands behind record %d of the audit of %q and does not follow it (%w): the next decision sets it aside: %w", stray.key, newest.Sequence, service, stray.why, capacity.ErrBadData)
		case newest.Sequence == head.Sequence:
			return head, nil
		case head.Sequence == 0:
			return head, fmt.Errorf("the head of the audit of %q is gone, with records up to %d: the next decision makes it anew: %w", service, newest.Sequence, capacity.ErrBadData)
		case head.Sequence == before: // nobody has just appended
			return head, fmt.Errorf("the head of the audit of %q names record %d, with records up to %d behind it: it was put back to an older version, or a worker was lost before it could move it; the next decision makes it anew: %w", service, head.Sequence, newest.Sequence, capacity.ErrBadData)
		}
		before = head.Sequence
	}
}

// named reports whether hash begins that of a reference.
func named(r capacity.Ref, hash string) bool {
	return hash != "" && len(hash) <= len(r.SHA256) && r.SHA256[:len(hash)] == hash
}
