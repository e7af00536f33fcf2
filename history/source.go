package history

import (
	"context"
	"path"
	"strings"
	"time"

	"headroom/capacity"
)

// A Source reads measured load from where it was recorded.
type Source interface {
	// Fetch returns what d.Source holds for [from, to); a zero from or to is no
	// bound. It reads all of it or fails: nothing half-read is ever returned,
	// and nothing is written. A repeat is harmless, and gives the same table
	// while the source stays the same. The errors to act upon:
	//
	//   - ErrNotFound: there is no such bucket, folder or file
	//   - ErrNoData: it holds no objects, or no measurement inside [from, to);
	//     the text then says what it does cover
	//   - ErrBadData: an object cannot be read; the text names the object, the
	//     line or row group, the column and the remedy
	//   - ErrAccess: the credentials do not allow it
	//   - ErrBadPolicy: d.Source is not an address that this source reads
	//
	// Any other error may pass by itself, so trying again makes sense.
	Fetch(ctx context.Context, d capacity.Demand, from, to time.Time) (Table, error)
}

// An Ask is what one demand wants of a place: what it holds for [From, To).
type Ask struct {
	Demand   capacity.Demand
	From, To time.Time
}

// Earliest is from when on anything is asked for; zero if one ask has no bound.
func Earliest(asks []Ask) time.Time {
	first := asks[0].From
	for _, ask := range asks {
		if ask.From.IsZero() {
			return time.Time{}
		}
		if ask.From.Before(first) {
			first = ask.From
		}
	}
	return first
}

// A Got is what became of an Ask: a table, or one of the errors of
// [Source.Fetch].
type Got struct {
	Table Table
	Err   error
}

// A Sharer is a Source that reads each object once for all who ask for something
// of the same place.
type Sharer interface {
	Source
	// FetchEach is Fetch for each of asks, which all name the same source. What
	// is wrong with one is no error of the others.
	FetchEach(ctx context.Context, asks []Ask) []Got
}

// FetchEach is what became of asks, which all name the same source. Each of its
// objects is read once if it is a [Sharer].
func FetchEach(ctx context.Context, s Source, asks []Ask) []Got {
	if sharer, ok := s.(Sharer); ok {
		return sharer.FetchEach(ctx, asks)
	}
	all := make([]Got, len(asks))
	for i, ask := range asks {
		got := &all[i]
		got.Table, got.Err = s.Fetch(ctx, ask.Demand, ask.From, ask.To)
	}
	return all
}

// A Summary says what a table was made from.
type Summary struct {
	Objects   int       // that were read
	Without   int       `json:",omitempty"` // of these, objects without a measurement, such as empty part files
	Bytes     int64     // of these objects, as they are stored
	Rows      int       // of the table
	Counts    Counts    `json:",omitzero"`
	Replaced  int       `json:",omitempty"` // rows left out because a later object has the same time
	Same      int       `json:",omitempty"` // of these, rows with the value of the later object
	Example   string    `json:",omitempty"` // two objects that differ for one time
	ExampleAt time.Time `json:",omitzero"`  // that time
}

// IsData reports whether the object at key, relative to the place that is read,
// is one to read. Not read are folders (a key that ends in a slash, or Hadoop's
// _$folder$) and whatever has a part that starts with a dot or an underscore,
// such as _SUCCESS, _temporary/ or .part.
func IsData(key string) bool {
	if key == "" || strings.HasSuffix(key, "/") || strings.HasSuffix(key, "_$folder$") {
		return false
	}
	for part := range strings.SplitSeq(path.Clean(key), "/") {
		if strings.HasPrefix(part, ".") || strings.HasPrefix(part, "_") {
			return false
		}
	}
	return true
}
