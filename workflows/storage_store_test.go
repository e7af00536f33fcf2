package workflows_test

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"headroom/capacity"
)

// A meteredStore is a bucket in memory on a clock that is moved. It keeps objects as
// aws.Store does, those of 4 KiB and more compressed, and counts the requests that aws.Store
// would send.
type meteredStore struct {
	now func() time.Time

	mu       sync.Mutex
	objects  map[string]stored
	prefixes map[string]*usage
}

// A stored is an object, and what of it is counted.
type stored struct {
	data     []byte
	size     int64 // as it is kept
	modified time.Time
}

// A usage is what is held below a prefix, and the requests for it.
type usage struct {
	objects, bytes         int64
	peakObjects, peakBytes int64
	puts, gets, lists      int64
	deletes                int64
}

func newMeteredStore(now func() time.Time) *meteredStore {
	return &meteredStore{now: now, objects: map[string]stored{}, prefixes: map[string]*usage{}}
}

// prefixOf is below what a key is counted. Segments of audits grow, and records do not.
func prefixOf(key string) string {
	prefix, _, _ := strings.Cut(key, "/")
	if prefix == "audit" && strings.Contains(key, "/segments/") {
		return "audit/*/segments"
	}
	return prefix
}

// of is what is counted of a key.
func (s *meteredStore) of(key string) *usage {
	prefix := prefixOf(key)
	if s.prefixes[prefix] == nil {
		s.prefixes[prefix] = &usage{}
	}
	return s.prefixes[prefix]
}

// kept is how many bytes an object has in the bucket.
func kept(data []byte) int64 {
	const packFrom = 4 << 10 // that of aws.Store
	if len(data) < packFrom {
		return int64(len(data))
	}
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(data)
	if err = cmp.Or(err, w.Close()); err != nil {
		panic(err) // a buffer takes everything
	}
	return int64(min(out.Len(), len(data)))
}

// write keeps an object.
func (s *meteredStore) write(key string, data []byte) {
	u, size := s.of(key), kept(data)
	if old, there := s.objects[key]; there {
		u.bytes -= old.size
	} else {
		u.objects++
	}
	u.bytes += size
	u.peakObjects, u.peakBytes = max(u.peakObjects, u.objects), max(u.peakBytes, u.bytes)
	s.objects[key] = stored{bytes.Clone(data), size, s.now()}
}

// Put implements [capacity.Store].
func (s *meteredStore) Put(_ context.Context, key string, data []byte) (capacity.Ref, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.of(key).puts++
	old, there := s.objects[key]
	if !there {
		s.write(key, data)
		return capacity.RefTo(key, data), nil
	}
	s.of(key).gets++
	if !bytes.Equal(old.data, data) {
		return capacity.Ref{}, fmt.Errorf("put %q: %w", key, capacity.ErrConflict)
	}
	return capacity.RefTo(key, data), nil
}

// Get implements [capacity.Store].
func (s *meteredStore) Get(_ context.Context, key string) (data []byte, version string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.of(key).gets++
	o, there := s.objects[key]
	if !there {
		return nil, "", fmt.Errorf("get %q: %w", key, capacity.ErrNotFound)
	}
	return bytes.Clone(o.data), capacity.RefTo("", o.data).SHA256, nil
}

// Swap implements [capacity.Store].
func (s *meteredStore) Swap(_ context.Context, key string, data []byte, version string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.of(key).puts++
	now := ""
	if o, there := s.objects[key]; there {
		now = capacity.RefTo("", o.data).SHA256
	}
	if now != version {
		return fmt.Errorf("swap %q: %w", key, capacity.ErrConflict)
	}
	s.write(key, data)
	return nil
}

// Delete implements [capacity.Store].
func (s *meteredStore) Delete(_ context.Context, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.of(key)
	u.deletes++
	if o, there := s.objects[key]; there {
		u.objects--
		u.bytes -= o.size
		delete(s.objects, key)
	}
	return nil
}

// List implements [capacity.Store]. A request lists 1,000 keys.
func (s *meteredStore) List(_ context.Context, prefix, after string) iter.Seq2[capacity.Entry, error] {
	const page = 1000
	return func(yield func(capacity.Entry, error) bool) {
		s.mu.Lock()
		var found []capacity.Entry
		for _, key := range slices.Sorted(maps.Keys(s.objects)) {
			if strings.HasPrefix(key, prefix) && key > after {
				found = append(found, capacity.Entry{Key: key, Size: s.objects[key].size, Modified: s.objects[key].modified})
			}
		}
		s.of(prefix).lists++
		s.mu.Unlock()
		for i, e := range found {
			if i > 0 && i%page == 0 {
				s.mu.Lock()
				s.of(prefix).lists++
				s.mu.Unlock()
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// usage is what is held and was requested so far, by prefix.
func (s *meteredStore) usage() map[string]usage {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[string]usage{}
	for prefix, u := range s.prefixes {
		all[prefix] = *u
	}
	return all
}
