package aws

import (
	"context"
	"sync"
)

// Regions keeps what is opened in each region, such as clients. It is safe for use
// by several goroutines, and must not be copied after its first use; the zero value
// has opened none.
type Regions[T any] struct {
	mu     sync.Mutex
	opened map[string]T
}

// In is what is opened in a region: by open, once. Its errors are those of
// [OpenControl].
func (r *Regions[T]) In(ctx context.Context, s Settings, region string, open func(Control) T) (T, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t, ok := r.opened[region]; ok {
		return t, nil
	}
	s.Region = region
	control, err := OpenControl(ctx, s)
	if err != nil {
		var none T
		return none, err
	}
	if r.opened == nil {
		r.opened = map[string]T{}
	}
	r.opened[region] = open(control)
	return r.opened[region], nil
}
