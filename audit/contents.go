package audit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"headroom/capacity"
)

// contents is the objects below the folder of a service's records, as they are listed.
type contents struct {
	records  map[int64]bool // that are objects of their own
	segments []int64        // the first sequences of segments, ascending
	setAside int            // damaged objects that were kept
	unknown  []string       // keys of what is neither
}

// list lists the folder of a service's records.
func list(ctx context.Context, store capacity.Store, service string) (contents, error) {
	c := contents{records: map[int64]bool{}}
	for e, err := range store.List(ctx, folder(service), "") {
		if err != nil {
			return c, fmt.Errorf("list the audit of %q: %w", service, err)
		}
		record, segment := numberIn(recordName, service, e.Key), numberIn(segmentName, service, e.Key)
		switch {
		case record > 0:
			c.records[record] = true
		case segment > 0 && segment == segmentOf(segment):
			c.segments = append(c.segments, segment)
		case setAsideName.MatchString(strings.TrimPrefix(e.Key, folder(service))):
			c.setAside++
		default:
			c.unknown = append(c.unknown, e.Key)
		}
	}
	return c, nil
}

// has reports whether a record is there. Of a segment it is taken to be.
func (c contents) has(sequence int64) bool { return c.records[sequence] || c.onlyInSegment(sequence) }

// onlyInSegment reports whether a record is no object of its own, and its segment is
// there.
func (c contents) onlyInSegment(sequence int64) bool {
	_, there := slices.BinarySearch(c.segments, segmentOf(sequence))
	return there && !c.records[sequence]
}

// letGoMeanwhile is an ErrConflict: what was listed is no longer there.
func letGoMeanwhile(service string) error {
	return fmt.Errorf("old records of the audit of %q are being let go: %w", service, capacity.ErrConflict)
}

// run is the first and the last of the records that follow each other without a gap
// from the oldest on; zero if there are none.
func (c contents) run(ctx context.Context, store capacity.Store, service string) (first, last int64, err error) {
	for n := range c.records {
		if first == 0 || n < first {
			first = n
		}
	}
	if len(c.segments) > 0 && (first == 0 || segmentOf(first) >= c.segments[0]) {
		s, err := readSegment(ctx, store, service, c.segments[0])
		if errors.Is(err, capacity.ErrNotFound) {
			return 0, 0, letGoMeanwhile(service)
		}
		if err != nil {
			return 0, 0, err
		}
		first = s.first
	}
	if first == 0 {
		return 0, 0, nil
	}
	for last = first; c.has(last + 1); {
		last++
	}
	return first, last, nil
}
