package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"headroom/capacity"
)

// A segment is records that follow each other, the oldest first: the bytes that were
// put, a line for each. It ends with the last record that belongs to it, and begins
// with the first, or with the oldest that was kept when it was made.
type segment struct {
	first int64
	lines [][]byte
}

// readSegment reads the segment that begins with a sequence. It returns ErrNotFound if
// there is none, and ErrBadData if it is none. That its records are what was put is to
// be checked by their hashes.
func readSegment(ctx context.Context, store capacity.Store, service string, first int64) (segment, error) {
	key := segmentKey(service, first)
	data, _, err := store.Get(ctx, key)
	if err != nil {
		return segment{}, err
	}
	s := segment{lines: bytes.Split(bytes.TrimSuffix(data, []byte("\n")), []byte("\n"))}
	s.first = first + inSegment - int64(len(s.lines))
	var r Record
	if err := json.Unmarshal(s.lines[0], &r); err != nil || r.Sequence != s.first || s.first < first {
		return segment{}, fmt.Errorf("%q does not hold the records up to %d of the audit of %q: %w", key, first+inSegment-1, service, capacity.ErrBadData)
	}
	return s, nil
}

// record is the bytes of a record of the segment.
func (s segment) record(service string, sequence int64) ([]byte, error) {
	if sequence < s.first || sequence >= s.first+int64(len(s.lines)) {
		return nil, fmt.Errorf("record %d of the audit of %q: %w", sequence, service, capacity.ErrNotFound)
	}
	return s.lines[sequence-s.first], nil
}

// A Compaction is what [Compact] did.
type Compaction struct {
	Segments int   // that were made
	Records  int64 // objects that were removed, since a segment holds them
}

// Compact moves records that have long been followed by others into segments of 256
// each: their bytes stay, and with them their hashes; their objects are removed. The
// newest 256 stay objects of their own. Broken off, the next call ends it. It refuses
// records that do not follow each other, by an ErrBadData, and removes none of them.
func Compact(ctx context.Context, store capacity.Store, service string) (out Compaction, err error) {
	head, _, err := readHead(ctx, store, service)
	if err != nil || head.Sequence <= 2*inSegment {
		return out, err
	}
	c, err := list(ctx, store, service)
	if err != nil {
		return out, err
	}
	due := map[int64]bool{} // segments that hold records which are still objects
	for n := range c.records {
		if first := segmentOf(n); first+2*inSegment-1 <= head.Sequence {
			due[first] = true
		}
	}
	for first := int64(1); len(due) > 0; first += inSegment {
		if !due[first] {
			continue
		}
		delete(due, first)
		made, err := makeSegment(ctx, store, service, first, c)
		if err != nil {
			return out, err
		}
		out.Segments += made
		remove := func(ctx context.Context, n int64) ([]byte, error) {
			if !c.records[n] {
				return nil, nil
			}
			return nil, store.Delete(ctx, recordKey(service, n))
		}
		n := first + inSegment
		for _, err := range ahead(ctx, atOnce, n-1, first, remove) {
			if err != nil {
				return out, err
			}
			if n--; c.records[n] {
				out.Records++
			}
		}
	}
	return out, nil
}

// makeSegment puts the segment, unless it is there, and makes sure that it holds each
// record that is an object of its own.
func makeSegment(ctx context.Context, store capacity.Store, service string, first int64, c contents) (made int, err error) {
	begin := first
	for begin < first+inSegment && !c.records[begin] {
		begin++
	}
	l := loader{store: store, service: service}
	raw := make([][]byte, 0, inSegment)
	for data, err := range ahead(ctx, atOnce, first+inSegment-1, begin, l.object) {
		if err != nil && !errors.Is(err, capacity.ErrNotFound) {
			return 0, err
		}
		raw = append(raw, data) // the newest first; nil: it is gone
	}
	for len(raw) > 0 && raw[len(raw)-1] == nil { // the oldest were let go meanwhile
		raw = raw[:len(raw)-1]
	}
	s, err := readSegment(ctx, store, service, first)
	switch {
	case err == nil:
		for i, data := range raw {
			kept, err := s.record(service, first+inSegment-1-int64(i))
			if data != nil && (err != nil || !bytes.Equal(kept, data)) {
				return 0, fmt.Errorf("%q does not hold record %d of the audit of %q as it was put: %w", segmentKey(service, first), first+inSegment-1-int64(i), service, capacity.ErrBadData)
			}
		}
		return 0, nil
	case !errors.Is(err, capacity.ErrNotFound):
		return 0, err
	}
	if len(raw) == 0 {
		return 0, nil
	}
	if slices.ContainsFunc(raw, func(data []byte) bool { return data == nil }) {
		// The oldest are let go first: if the oldest that was read is gone by now, so are
		// those up to the one that could not be read.
		if _, err := l.object(ctx, first+inSegment-int64(len(raw))); errors.Is(err, capacity.ErrNotFound) {
			return 0, letGoMeanwhile(service)
		}
	}
	var lines []byte
	var previous capacity.Ref
	for i := len(raw) - 1; i >= 0; i-- {
		n := first + inSegment - 1 - int64(i)
		at := capacity.RefTo(recordKey(service, n), raw[i])
		var r Record
		if err := json.Unmarshal(raw[i], &r); err != nil || r.Sequence != n || r.Service != service || previous.Key != "" && r.Previous != previous {
			return 0, fmt.Errorf("%q does not follow the record before it: run headroom audit verify %s: %w", at.Key, service, capacity.ErrBadData)
		}
		lines = append(append(lines, raw[i]...), '\n')
		previous = at
	}
	_, err = store.Put(ctx, segmentKey(service, first), lines)
	return 1, err
}
