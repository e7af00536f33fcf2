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
	Fetch(ctx context.Context, d capacity.Demand, from, to time.Time) (Table, Summary, error)
}

// A Summary says what a table was made from.
type Summary struct {
	Objects    int   // that were read
	Bytes      int64 // of these objects, as they are stored
	Rows       int   // of the table
	Duplicates int   // rows left out because a later one has the same time
	Skipped    int   // rows left out because they hold no measurement
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
