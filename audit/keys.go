package audit

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// HeadKey is where the head of a service's chain is: apart from the records, which
// are put once and can be locked.
func HeadKey(service string) string { return "services/" + service + "/audit.json" }

// folder is where all records of a service are, and nothing else.
func folder(service string) string { return "audit/" + service + "/" }

// recordKey is where a service's record of that sequence is put, and no other.
func recordKey(service string, sequence int64) string {
	return fmt.Sprintf("%srecords/%012d.json", folder(service), sequence)
}

// inSegment is how many records make a segment.
const inSegment = 256

// segmentOf is the sequence of the first record of the segment that a record belongs
// to.
func segmentOf(sequence int64) int64 { return (sequence-1)/inSegment*inSegment + 1 }

// segmentKey is where the records of a segment are once they are no longer objects
// of their own.
func segmentKey(service string, first int64) string {
	return fmt.Sprintf("%ssegments/%012d.jsonl", folder(service), first)
}

var (
	recordName   = regexp.MustCompile(`^records/([0-9]{12})\.json$`)
	segmentName  = regexp.MustCompile(`^segments/([0-9]{12})\.jsonl$`)
	setAsideName = regexp.MustCompile(`^records/[0-9]{12}\.json\.damaged-[0-9a-f]{8}$`)
)

// numberIn is the number in a key that a name matches; zero if it does not.
func numberIn(name *regexp.Regexp, service, key string) int64 {
	m := name.FindStringSubmatch(strings.TrimPrefix(key, folder(service)))
	if m == nil {
		return 0
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return 0
	}
	return n
}
