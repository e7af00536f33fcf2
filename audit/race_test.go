package audit_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"headroom/audit"
	"headroom/capacity"
)

// distant is a store far away: each call takes a while before and after it counts, some
// fail, and the answers to some are lost.
type distant struct {
	memory
	mu    sync.Mutex
	draws *rand.Rand
}

var errAway = errors.New("the store is away")

// call makes a call, unless it fails before that; one of so many does, and the answer to
// another is lost.
func (d *distant) call(many int, call func() error) error {
	d.mu.Lock()
	before, after, fate := d.draws.Int64N(int64(50*time.Millisecond)), d.draws.Int64N(int64(50*time.Millisecond)), d.draws.IntN(many)
	if d.draws.IntN(20) == 0 {
		before *= 20
	}
	d.mu.Unlock()
	time.Sleep(time.Duration(before))
	if fate == 0 {
		return errAway
	}
	err := call()
	time.Sleep(time.Duration(after))
	if fate == 1 {
		return errAway
	}
	return err
}

func (d *distant) Put(ctx context.Context, key string, data []byte) (ref capacity.Ref, err error) {
	err = d.call(60, func() error { ref, err = d.memory.Put(ctx, key, data); return err })
	return ref, err
}

func (d *distant) Get(ctx context.Context, key string) (data []byte, version string, err error) {
	err = d.call(5000, func() error { data, version, err = d.memory.Get(ctx, key); return err })
	if err != nil {
		return nil, "", err
	}
	return data, version, nil
}

func (d *distant) Swap(ctx context.Context, key string, data []byte, version string) error {
	return d.call(60, func() error { return d.memory.Swap(ctx, key, data, version) })
}

func (d *distant) Delete(ctx context.Context, key string) error {
	return d.call(500, func() error { return d.memory.Delete(ctx, key) })
}

func (d *distant) List(ctx context.Context, prefix, after string) iter.Seq2[capacity.Entry, error] {
	return func(yield func(capacity.Entry, error) bool) {
		var listed iter.Seq2[capacity.Entry, error]
		if err := d.call(60, func() error { listed = d.memory.List(ctx, prefix, after); return nil }); err != nil {
			yield(capacity.Entry{}, err)
			return
		}
		listed(yield)
	}
}

// TestRace: while several append, others have old records share objects, let records go,
// each up to a time of their own, and read them, on a store that delays and fails. What
// was appended is there once, nothing is called changed that was not, and the chain is
// whole in the end.
func TestRace(t *testing.T) {
	seeds := 12
	if testing.Short() {
		seeds = 4
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			raced(t, uint64(seed))
		})
	}
}

const (
	raceOld   = 900 // records that are there at first
	raceNew   = 40  // that each of raceBy appends
	raceBy    = 3
	raceOften = 12  // times that each of the others does what it does
	raceKept  = 860 // the first of the old records that is never let go
)

func raced(t *testing.T, seed uint64) {
	whole := chain(t, raceOld)
	synctest.Test(t, func(t *testing.T) {
		store := &distant{memory: whole, draws: rand.New(rand.NewPCG(seed, 1))}
		var all sync.WaitGroup
		for by := range raceBy {
			all.Go(func() {
				for i := range raceNew {
					time.Sleep(time.Duration(rand.New(rand.NewPCG(seed, uint64(100*by+i))).Int64N(int64(4 * time.Second))))
					r := record(raceOld + i)
					r.ID = fmt.Sprintf("%d/%d", by, i)
					for {
						_, err := audit.Append(t.Context(), store, r)
						if err == nil {
							break
						}
						if !fair(t, "append", err) {
							return
						}
					}
				}
			})
		}
		repeat := func(what string, do func(i int) error) {
			all.Go(func() {
				for i := range raceOften {
					if !fair(t, what, do(i)) {
						return
					}
				}
			})
		}
		ctx := t.Context()
		for range 2 {
			repeat("compact", func(int) error {
				_, err := audit.Compact(ctx, store, "chat")
				return err
			})
		}
		for by := range 2 { // the later one lets less go
			repeat("forget", func(i int) error {
				before := begin.Add(time.Duration(min(raceKept, 83*(i+1))-by*31) * time.Hour)
				_, err := audit.Forget(ctx, store, "chat", before, begin.Add(raceOld*time.Hour))
				return err
			})
		}
		if seed%2 == 1 { // and the head is damaged now and then
			repeat("damage", func(i int) error {
				time.Sleep(10 * time.Second)
				_ = whole.Delete(ctx, audit.HeadKey("chat"))
				if i%2 == 0 {
					_, _ = whole.Put(ctx, audit.HeadKey("chat"), []byte("{"))
				}
				return nil
			})
		}
		repeat("read", func(int) error {
			for _, err := range audit.Read(ctx, store, "chat") {
				if err != nil {
					return err
				}
			}
			return nil
		})
		all.Wait()
		if t.Failed() {
			return
		}
		found := map[string]int{}
		if _, err := audit.Append(ctx, whole, record(raceOld+raceNew)); err != nil {
			t.Fatal(err)
		}
		for r, err := range audit.Read(ctx, whole, "chat") {
			if err != nil {
				t.Fatal(err)
			}
			found[r.ID]++
		}
		for i := raceKept; i < raceOld; i++ {
			if n := found[fmt.Sprint(i)]; n != 1 {
				t.Errorf("record %d is there %d times", i, n)
			}
		}
		for by := range raceBy {
			for i := range raceNew {
				if n := found[fmt.Sprintf("%d/%d", by, i)]; n != 1 {
					t.Errorf("record %d of %d is there %d times", i, by, n)
				}
			}
		}
		v, err := audit.Verify(ctx, whole, "chat", "")
		if err != nil || v.First > raceKept+1 {
			t.Errorf("%+v, %v", v, err)
		}
		t.Logf("%+v", v)
	})
}

// hooked does something when a call comes: before what is put, and after what is listed.
type hooked struct {
	memory
	on func(verb, key string)
}

func (h *hooked) Put(ctx context.Context, key string, data []byte) (capacity.Ref, error) {
	h.on("put", key)
	return h.memory.Put(ctx, key, data)
}

func (h *hooked) List(ctx context.Context, prefix, after string) iter.Seq2[capacity.Entry, error] {
	return func(yield func(capacity.Entry, error) bool) {
		entries := slices.Collect(maps.Keys(maps.Collect(h.memory.List(ctx, prefix, after))))
		slices.SortFunc(entries, func(a, b capacity.Entry) int { return strings.Compare(a.Key, b.Key) })
		h.on("list", prefix)
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// once is a hook for the first call of a verb.
func once(verb string, do func()) func(string, string) {
	done := false
	return func(v, _ string) {
		if !done && v == verb {
			done = true
			do()
		}
	}
}

// Records that are let go once they are listed leave no segment without records behind.
func TestCompact_LetGoMeanwhile(t *testing.T) {
	for _, upTo := range []int{100, 256, 700} {
		store := chain(t, 800)
		forgotten := func() {
			if _, err := audit.Forget(t.Context(), store, "chat", begin.Add(time.Duration(upTo)*time.Hour), begin.Add(800*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := audit.Compact(t.Context(), &hooked{store, once("list", forgotten)}, "chat"); err != nil {
			t.Errorf("up to %d: %v", upTo, err)
		}
		if v, err := audit.Verify(t.Context(), store, "chat", ""); err != nil || v.First != int64(upTo+1) {
			t.Errorf("up to %d: %+v, %v", upTo, v, err)
		}
	}
}

// Of two that let records go, the one that comes later may let fewer go: the chain is whole
// all the same.
func TestForget_Two(t *testing.T) {
	store := chain(t, 100)
	forget := func(store capacity.Store, hours time.Duration) {
		if _, err := audit.Forget(t.Context(), store, "chat", begin.Add(hours*time.Hour), begin.Add(100*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	forget(&hooked{store, once("put", func() { forget(store, 80) })}, 40)
	if v, err := audit.Verify(t.Context(), store, "chat", ""); err != nil || v.First != 81 || v.Newest != 102 {
		t.Errorf("%+v, %v", v, err)
	}
}

// Who reads while records are let go is not told that somebody has removed them.
func TestVerify_LetGoMeanwhile(t *testing.T) {
	store := chain(t, 100)
	found := 0
	for r, err := range audit.Read(t.Context(), store, "chat") {
		if err != nil {
			t.Fatal(err)
		}
		if found++; r.Sequence == 90 {
			if _, err := audit.Forget(t.Context(), store, "chat", begin.Add(60*time.Hour), begin.Add(100*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if found != 40 {
		t.Errorf("%d records were read, want the 40 that were not let go", found)
	}
}

// A chain whose head is lost while records are let go goes on, and does not begin anew.
func TestAppend_HeadLostWhileLetGo(t *testing.T) {
	store := chain(t, 30)
	broken := failing{memory: store}
	if _, err := audit.Forget(t.Context(), &broken, "chat", begin.Add(500*time.Hour), begin.Add(100*time.Hour)); err == nil {
		t.Fatal("got no error")
	}
	delete(store, audit.HeadKey("chat"))
	removed := func() {
		for i := range 29 {
			delete(store, fmt.Sprintf("audit/chat/records/%012d.json", i+1))
		}
	}
	head, err := audit.Append(t.Context(), &hooked{store, once("list", removed)}, record(40))
	if err != nil || head.Sequence != 33 {
		t.Errorf("%+v, %v, want record 33, behind what was let go and that the head was gone", head, err)
	}
	if v, err := audit.Verify(t.Context(), store, "chat", ""); err != nil || v.First != 30 || v.Newest != 33 {
		t.Errorf("%+v, %v", v, err)
	}
}

// fair reports whether an error may be answered. If not, nothing was changed, and it says
// that something was.
func fair(t *testing.T, what string, err error) bool {
	t.Helper()
	damaged := err != nil && strings.HasPrefix(err.Error(), `the head of the audit "`)
	if err == nil || damaged || errors.Is(err, errAway) || errors.Is(err, capacity.ErrConflict) {
		return true
	}
	t.Errorf("%s: %v", what, err)
	return false
}
