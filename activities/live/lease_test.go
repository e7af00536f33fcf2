package live

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/controller"
)

var origin = time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)

// A clock stands until it is moved.
type clock struct{ at time.Time }

func (c *clock) now() time.Time         { return c.at }
func (c *clock) passes(d time.Duration) { c.at = c.at.Add(d) }

// A bucket is objects in memory. It can be away, or lose its answers.
type bucket struct {
	capacity.Store // of other calls than Get and Swap; nil: none are made
	objects        map[string]string
	away           bool
	loses          bool // it carries a write out, and the answer is lost
}

var errAway = errors.New("the bucket is away")

func (b *bucket) Get(_ context.Context, key string) ([]byte, string, error) {
	if b.away {
		return nil, "", errAway
	}
	data, ok := b.objects[key]
	if !ok {
		return nil, "", capacity.ErrNotFound
	}
	return []byte(data), capacity.RefTo("", []byte(data)).SHA256, nil
}

func (b *bucket) Swap(_ context.Context, key string, data []byte, version string) error {
	if b.away {
		return errAway
	}
	stored, now := b.objects[key], ""
	if stored != "" {
		now = capacity.RefTo("", []byte(stored)).SHA256
	}
	if now != version {
		return capacity.ErrConflict
	}
	if b.objects[key] = string(data); b.loses {
		return errAway
	}
	return nil
}

func newBucket() *bucket { return &bucket{objects: map[string]string{}} }

// TestLease_HandsOver: a lease that was released counts at once, and any other only when
// the calls of its holder have ended, whatever that holder does.
func TestLease_HandsOver(t *testing.T) {
	c, b := &clock{origin}, newBucket()
	holderOf := func(name string) *holder {
		h := &holder{store: b, key: controller.LeaseKey(1), now: c.now}
		if err := h.take(t.Context(), name); err != nil {
			t.Fatal(err)
		}
		return h
	}
	renews := func(h *holder) {
		t.Helper()
		for range 3 {
			if c.passes(controller.Renews); h.renew(t.Context()) != nil {
				t.Fatal("the lease is lost")
			}
		}
	}
	first := holderOf("first")
	if got := first.may(); got != 0 {
		t.Errorf("the first holder may call for %v although the conductor may be calling", got)
	}
	renews(first)
	if got := first.may(); got != controller.Ends {
		t.Errorf("the first holder may call for %v, want %v", got, controller.Ends)
	}
	c.passes(15 * time.Second)
	if got := first.may(); got != 15*time.Second {
		t.Errorf("15 s after it was renewed a call may take %v", got)
	}
	second := holderOf("second")
	if got := second.may(); got != 0 {
		t.Errorf("the next holder may call for %v although the first may be calling", got)
	}
	if err := first.renew(t.Context()); !errors.Is(err, errLost) || first.may() != 0 || first.sure() {
		t.Errorf("the first holder renewed: %v, and may call for %v", err, first.may())
	}
	if err := first.release(t.Context()); err != nil {
		t.Error(err)
	}
	renews(second)
	if got := second.may(); got != controller.Ends {
		t.Errorf("the next holder may call for %v after 30 s, want %v", got, controller.Ends)
	}
	if err := second.release(t.Context()); err != nil || second.may() != 0 {
		t.Errorf("released: %v, and may call for %v", err, second.may())
	}
	third := holderOf("third")
	if got := third.may(); got != controller.Ends || third.epoch() != 3 {
		t.Errorf("after a release the next holder may call for %v in epoch %d", got, third.epoch())
	}
	if err := third.release(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.passes(controller.Absent) // the conductor decides by now
	if got := holderOf("fourth").may(); got != 0 {
		t.Errorf("long after a release the next holder may call for %v although the conductor may be calling", got)
	}
}

// TestLease_Bucket: with the bucket away nobody calls; an answer that was lost ends no
// lease; what is damaged is waited for.
func TestLease_Bucket(t *testing.T) {
	c, b := &clock{origin}, newBucket()
	h := &holder{store: b, key: controller.LeaseKey(1), now: c.now}
	if err := h.take(t.Context(), "first"); err != nil {
		t.Fatal(err)
	}
	c.passes(controller.Ends) // of the conductor's calls
	b.loses = true
	if err := h.renew(t.Context()); err == nil {
		t.Error("an answer that was lost counts as a renewal")
	}
	b.loses = false
	if err := h.renew(t.Context()); err != nil || h.may() != controller.Ends {
		t.Errorf("after a lost answer: %v, and a call may take %v", err, h.may())
	}
	b.away = true
	c.passes(controller.Sure + time.Second)
	if err := h.renew(t.Context()); err == nil || h.may() != 0 || h.sure() {
		t.Errorf("with the bucket away a call may take %v (%v)", h.may(), err)
	}
	b.away = false
	if err := h.renew(t.Context()); err != nil || h.may() != controller.Ends {
		t.Errorf("the bucket is back: %v, and a call may take %v", err, h.may())
	}
	_, version, err := b.Get(t.Context(), h.key)
	if err == nil {
		err = b.Swap(t.Context(), h.key, []byte("{"), version)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := h.renew(t.Context()); !errors.Is(err, errLost) {
		t.Errorf("renewed a damaged lease: %v", err)
	}
	next := &holder{store: b, key: h.key, now: c.now}
	if err := next.take(t.Context(), "next"); err != nil || next.may() != 0 {
		t.Errorf("took a damaged lease: %v, and may call for %v at once", err, next.may())
	}
}

// TestLease_Alone: whatever order processes begin, stop, go on and lose the bucket in, no
// two have calls under way at one time.
func TestLease_Alone(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		c, b := &clock{origin}, newBucket()
		type process struct {
			*holder
			stopped time.Time // until then it does nothing
		}
		var all []*process
		var ends time.Time // of the call that ends last
		caller, calls := -1, 0
		for step := range 150 {
			c.passes(time.Duration(r.IntN(8000)) * time.Millisecond)
			b.away, b.loses = r.IntN(12) == 0, r.IntN(12) == 0
			if len(all) == 0 || r.IntN(25) == 0 {
				p := &process{holder: &holder{store: b, key: controller.LeaseKey(0), now: c.now}}
				if p.take(t.Context(), fmt.Sprint(step)) == nil {
					all = append(all, p)
				}
			}
			for i, p := range all {
				switch {
				case c.at.Before(p.stopped):
					continue
				case r.IntN(30) == 0:
					p.stopped = c.at.Add(time.Duration(r.IntN(90)) * time.Second)
					continue
				case c.at.Before(ends) && caller == i: // it waits for the answer
				case r.IntN(40) == 0:
					_ = p.release(t.Context()) // the bucket may be away
				case r.IntN(3) > 0:
					_ = p.renew(t.Context()) // as above
				}
				if p.may() < callWithin {
					continue
				}
				if caller >= 0 && caller != i && c.at.Before(ends) {
					t.Fatalf("seed %d, step %d: process %d calls while a call of %d may be under way", seed, step, i, caller)
				}
				caller, ends, calls = i, c.at.Add(callWithin), calls+1
			}
		}
		if calls == 0 && seed == 0 {
			t.Errorf("seed %d: nobody ever called", seed)
		}
	}
}
