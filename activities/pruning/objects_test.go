package pruning_test

import (
	"bytes"
	"context"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"headroom/capacity"
)

// objects is a store that knows how old each object is.
type objects struct {
	mu  sync.Mutex
	now time.Time
	all map[string]object
}

type object struct {
	data []byte
	at   time.Time
}

func (s *objects) write(key string, data []byte, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all[key] = object{data, at}
}

func (s *objects) Put(_ context.Context, key string, data []byte) (capacity.Ref, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old, there := s.all[key]; there && !bytes.Equal(old.data, data) {
		return capacity.Ref{}, capacity.ErrConflict
	} else if !there {
		s.all[key] = object{bytes.Clone(data), s.now}
	}
	return capacity.RefTo(key, data), nil
}

func (s *objects) Get(_ context.Context, key string) ([]byte, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, there := s.all[key]
	if !there {
		return nil, "", capacity.ErrNotFound
	}
	return o.data, capacity.RefTo("", o.data).SHA256, nil
}

func (s *objects) Swap(_ context.Context, key string, data []byte, version string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := ""
	if o, there := s.all[key]; there {
		now = capacity.RefTo("", o.data).SHA256
	}
	if now != version {
		return capacity.ErrConflict
	}
	s.all[key] = object{bytes.Clone(data), s.now}
	return nil
}

func (s *objects) Delete(_ context.Context, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, key)
	return nil
}

func (s *objects) List(_ context.Context, prefix, after string) iter.Seq2[capacity.Entry, error] {
	s.mu.Lock()
	all := maps.Clone(s.all)
	s.mu.Unlock()
	return func(yield func(capacity.Entry, error) bool) {
		for _, key := range slices.Sorted(maps.Keys(all)) {
			if strings.HasPrefix(key, prefix) && key > after && !yield(capacity.Entry{Key: key, Size: int64(len(all[key].data)), Modified: all[key].at}, nil) {
				return
			}
		}
	}
}
