package audit

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"headroom/capacity"
)

// A Verification is what was found of a chain that is whole.
type Verification struct {
	Service  string
	Records  int64  // that are there
	First    int64  // the oldest's sequence: 1, unless older ones were let go
	Newest   int64  // the newest's
	Head     string // SHA-256 of the newest record: note it elsewhere
	Segments int    // objects that hold 256 of the records each
	// SetAside is how many damaged objects were kept beside the records.
	SetAside int
	// Known reports whether a head that was noted earlier is part of the chain.
	Known bool
}

// Verify lists and reads a service's whole audit. Any record that was changed, dropped
// or put elsewhere is an ErrBadData; so is a head that is gone, damaged or older than
// the newest record, an object that the chain does not know, and a chain that does not
// hold the record whose SHA-256, or its beginning, is known, where that is not empty:
// the chain was replaced, or cut short at its newer end.
func Verify(ctx context.Context, store capacity.Store, service, known string) (Verification, error) {
	v := Verification{Service: service}
	c, err := list(ctx, store, service) // before the head: all of it stands behind that
	if err != nil {
		return v, err
	}
	v.Segments, v.SetAside = len(c.segments), c.setAside
	head, err := checkHead(ctx, store, service)
	if err != nil {
		return v, err
	}
	if head.Sequence == 0 {
		if n := len(c.records) + len(c.segments) + len(c.unknown); n > 0 {
			return v, fmt.Errorf("the audit of %q has no head and does not begin with record 1, but %s in %q: %w", service, capacity.Count(n, "object"), folder(service), capacity.ErrBadData)
		}
		return v, fmt.Errorf("nothing is recorded of %q: %w", service, capacity.ErrNotFound)
	}
	v.Head, v.Newest, v.First = head.Newest.SHA256, head.Sequence, head.Sequence
	l := loader{store: store, service: service, listed: &c}
	refs := map[int64]capacity.Ref{}
	at := head.Newest
	for r, err := range l.chain(ctx, atOnce, head) {
		if err != nil {
			return v, err
		}
		refs[r.Sequence] = at
		v.Known = v.Known || named(at, known)
		v.Records++
		v.First, at = r.Sequence, r.Previous
	}
	if known != "" && !v.Known {
		return v, fmt.Errorf("the audit of %q holds no record with the hash %s: it was replaced or cut short since that was noted, or that record is older than the policy keeps: %w", service, known, capacity.ErrBadData)
	}
	return v, l.extra(ctx, refs)
}

// extra is an ErrBadData if anything is there that a chain of these records does not
// know.
func (l *loader) extra(ctx context.Context, refs map[int64]capacity.Ref) error {
	unknown := slices.Clone(l.listed.unknown)
	for n := range l.listed.records {
		if _, known := refs[n]; known {
			continue
		}
		_, err := l.object(ctx, n)
		if err != nil && !errors.Is(err, capacity.ErrNotFound) {
			return err
		}
		if err == nil { // or it was let go meanwhile
			unknown = append(unknown, recordKey(l.service, n))
		}
	}
	for _, first := range l.listed.segments {
		s, err := l.segment(ctx, first)
		if errors.Is(err, capacity.ErrNotFound) { // it was let go meanwhile
			continue
		}
		if err != nil {
			return err
		}
		for i, line := range s.lines {
			n := s.first + int64(i)
			at, there := refs[n]
			if !there {
				unknown = append(unknown, segmentKey(l.service, first))
				break
			}
			if err := at.Check(line); err != nil {
				return fmt.Errorf("record %d in %q is not what was written: %w", n, segmentKey(l.service, first), err)
			}
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	slices.Sort(unknown)
	return fmt.Errorf("the audit of %q has %s that are no part of the chain, such as %q: look at what it is, and move it elsewhere: %w", l.service, capacity.Count(len(unknown), "object"), unknown[0], capacity.ErrBadData)
}

// CheckHead returns an ErrBadData if the head of a service's chain has to be made anew:
// it is gone, damaged or outdated, or what stands behind it is no record.
func CheckHead(ctx context.Context, store capacity.Store, service string) error {
	_, err := checkHead(ctx, store, service)
	return err
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
