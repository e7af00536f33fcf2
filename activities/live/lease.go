package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"headroom/capacity"
	"headroom/controller"
)

// errLost says that another process has taken the lease.
var errLost = errors.New("another process has taken the lease")

// A holder holds the lease of a shard. The store fences it: the epoch rises by a
// conditional write, after which the holder before can renew its lease no more, and calls
// no target later than [controller.Ends] after its last renewal. No clock of another
// process is compared with.
type holder struct {
	store capacity.Store
	key   string
	now   func() time.Time

	mu      sync.Mutex
	lease   controller.Lease
	version string
	taken   time.Time // when the epoch was raised
	renewed time.Time // before the last renewal that succeeded was sent
	// waits: the holder before, or the conductor, may still call targets, until Ends after
	// taken.
	waits bool
	lost  bool
}

// take raises the epoch. It returns errLost if another process does so at the same moment.
func (h *holder) take(ctx context.Context, name string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	var before controller.Lease
	data, version, err := h.store.Get(ctx, h.key)
	if err != nil && !errors.Is(err, capacity.ErrNotFound) {
		return err
	}
	if err == nil && json.Unmarshal(data, &before) != nil {
		before = controller.Lease{} // damaged: its holder, if there is one, is waited for
	}
	h.lease = controller.Lease{Epoch: before.Epoch + 1, Holder: name}
	h.version = version
	h.waits = !before.Released || h.passed(before.Renewed) > controller.Absent/2
	sent := h.now()
	if err := h.write(ctx, h.lease); err != nil {
		return fmt.Errorf("take the lease %q: %w", h.key, err)
	}
	h.taken = h.now()
	h.renewed = sent
	return nil
}

// renew renews the lease. It returns errLost once another process has taken it; any other
// error may pass.
func (h *holder) renew(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.lost {
		return errLost
	}
	sent := h.now()
	if err := h.write(ctx, h.lease); err != nil {
		h.lost = errors.Is(err, errLost)
		return err
	}
	h.renewed = sent
	return nil
}

// write replaces the lease by one that is renewed now, and notes its version.
func (h *holder) write(ctx context.Context, next controller.Lease) error {
	next.Renewed = h.now().UTC().Round(0)
	data, err := json.Marshal(next)
	if err != nil {
		return fmt.Errorf("encode %q: %w", h.key, err)
	}
	for try := 1; ; try++ {
		swapped := h.store.Swap(ctx, h.key, data, h.version)
		if swapped != nil && !errors.Is(swapped, capacity.ErrConflict) {
			return swapped
		}
		stored, version, err := h.store.Get(ctx, h.key)
		if err != nil {
			return err
		}
		var now controller.Lease
		if json.Unmarshal(stored, &now) != nil || now.Epoch != next.Epoch || now.Holder != next.Holder {
			return errLost
		}
		h.lease, h.version = now, version
		if swapped == nil {
			return nil
		}
		// A write whose answer was lost may have succeeded: the lease is its own still.
		if try == 2 {
			return swapped
		}
	}
}

// release gives the lease up. No call may be under way.
func (h *holder) release(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.lost {
		return nil
	}
	released := h.lease
	released.Released, h.lost = !h.waits || h.passed(h.taken) >= controller.Ends, true // whom it waits for, the next one has to wait for too
	return h.write(ctx, released)
}

// sure reports whether the lease was renewed not long ago.
func (h *holder) sure() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return !h.lost && h.passed(h.renewed) <= controller.Sure
}

// may is how long a call of a target may take that begins now; zero: none may begin.
func (h *holder) may() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	since := h.passed(h.renewed)
	if h.lost || since > controller.Sure || h.waits && h.passed(h.taken) < controller.Ends {
		return 0
	}
	return controller.Ends - since
}

// epoch is that of the lease.
func (h *holder) epoch() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.lease.Epoch
}

// passed is how much time has passed since then, by the clock that goes on while the
// process is stopped and by that of the wall, whichever says more.
func (h *holder) passed(since time.Time) time.Duration {
	now := h.now()
	return max(now.Sub(since), now.Round(0).Sub(since.Round(0)))
}
