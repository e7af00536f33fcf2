package capacity

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"time"
)

// A Ref names stored bytes together with what they must hash to. It is what
// crosses between processes instead of the bytes.
type Ref struct {
	Key    string
	SHA256 string
	Size   int64
}

// RefTo is the reference to data under key.
func RefTo(key string, data []byte) Ref {
	sum := sha256.Sum256(data)
	return Ref{Key: key, SHA256: hex.EncodeToString(sum[:]), Size: int64(len(data))}
}

// Check reports whether data is what r refers to; if not, an [ErrBadData].
func (r Ref) Check(data []byte) error {
	if got := RefTo(r.Key, data); got != r {
		return fmt.Errorf("%q has %d bytes with SHA-256 %.12s…, the reference says %d and %.12s…: %w", r.Key, got.Size, got.SHA256, r.Size, r.SHA256, ErrBadData)
	}
	return nil
}

// An Entry is what a listing says of a key.
type Entry struct {
	Key      string
	Size     int64     // bytes, as they are kept
	Modified time.Time // when the key was last written, on the store's clock
}

// A Store keeps artefacts. What is put stays as it is; what moves (which model
// is champion, which plan is current) is swapped, and never by two at once.
// Keys are slash-separated; no key is a folder of another.
type Store interface {
	// Put writes data under key, once. Repeating it with the same data is no
	// error; with other data it is an ErrConflict and the first stays.
	Put(ctx context.Context, key string, data []byte) (Ref, error)
	// Get reads what is under key, and the version that Swap asks for. It
	// returns ErrNotFound if there is nothing.
	Get(ctx context.Context, key string) (data []byte, version string, err error)
	// Swap writes data under key if its version is still the given one; the
	// version of a key that does not exist is "". Otherwise ErrConflict.
	Swap(ctx context.Context, key string, data []byte, version string) error
	// Delete removes what is under key, for what a rule of retention lets go.
	// Where there is nothing, there is nothing to do.
	Delete(ctx context.Context, key string) error
	// List goes through the keys that begin with prefix and come after the given
	// one, in the order of their bytes; "" is all of them. It reads page after page,
	// as far as the loop goes. What is written meanwhile may be listed or not; what
	// was there before is listed. The loop ends after the first error.
	List(ctx context.Context, prefix, after string) iter.Seq2[Entry, error]
}
