package fleet

import (
	"context"

	"headroom/capacity"
)

// A scratch keeps in memory what is put while one service is worked on, so that
// the next step need not fetch it, and stores it as well unless it is needed for
// no longer than that.
type scratch struct {
	capacity.Store
	held    map[string][]byte
	passing bool // what is put now is not stored
}

// onScratch is the activities on a scratch.
func (a *Fleet) onScratch() (*Fleet, *scratch) {
	s := &scratch{Store: a.Records.Store, held: map[string][]byte{}}
	one := *a
	one.Records.Store, one.Retraining.Records.Store, one.Planning.Records.Store = s, s, s
	return &one, s
}

// Put implements [capacity.Store].
func (s *scratch) Put(ctx context.Context, key string, data []byte) (capacity.Ref, error) {
	if !s.passing {
		if _, err := s.Store.Put(ctx, key, data); err != nil {
			return capacity.Ref{}, err
		}
	}
	s.held[key] = data
	return capacity.RefTo(key, data), nil
}

// Get implements [capacity.Store].
func (s *scratch) Get(ctx context.Context, key string) ([]byte, string, error) {
	if data, held := s.held[key]; held {
		return data, "", nil
	}
	return s.Store.Get(ctx, key)
}
