package audit_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"headroom/adapters/local"
	"headroom/audit"
	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

var begin = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// chain is a store with a chain of n records of "chat", an hour apart.
func chain(t testing.TB, n int) memory {
	t.Helper()
	store := memory{}
	for i := range n {
		if _, err := audit.Append(t.Context(), store, record(i)); err != nil {
			t.Fatal(err)
		}
	}
	return store
}

func record(i int) audit.Record {
	return audit.Record{
		Service: "chat", ID: fmt.Sprint(i), At: begin.Add(time.Duration(i) * time.Hour), Kind: audit.Acted, Plan: "3f2a",
		Text: fmt.Sprintf("%d → %d units: done", i, i+1), Facts: json.RawMessage(`{"units":7}`),
	}
}

func TestMemory(t *testing.T) {
	capacitytest.Store(t, func(*testing.T) capacity.Store { return memory{} })
}

func TestAppend(t *testing.T) {
	store := chain(t, 100)
	// The newest again, and one from before: an answer was lost.
	for _, i := range []int{99, 50} {
		if _, err := audit.Append(t.Context(), store, record(i)); err != nil {
			t.Fatal(err)
		}
	}
	v, err := audit.Verify(t.Context(), store, "chat", "")
	if err != nil || v.Records != 100 || v.First != 1 || v.Newest != 100 {
		t.Fatalf("%+v, %v", v, err)
	}
	// A head that was noted is known as long as its record is there.
	noted := v.Head
	if _, err := audit.Append(t.Context(), store, record(100)); err != nil {
		t.Fatal(err)
	}
	if v, err = audit.Verify(t.Context(), store, "chat", noted[:12]); err != nil || !v.Known {
		t.Errorf("noted %.12s: %+v, %v", noted, v, err)
	}
	if _, err := audit.Verify(t.Context(), store, "chat", strings.Repeat("0", 64)); !errors.Is(err, capacity.ErrBadData) {
		t.Errorf("a head that never was: error is %v, want %v", err, capacity.ErrBadData)
	}
	if _, err := audit.Verify(t.Context(), store, "other", ""); !errors.Is(err, capacity.ErrNotFound) {
		t.Errorf("no chain: error is %v, want %v", err, capacity.ErrNotFound)
	}
}

// TestAppendRace: of many that append at once each is there once, on a store that
// several processes use.
func TestAppendRace(t *testing.T) {
	store := local.Store{Dir: t.TempDir()}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			if _, err := audit.Append(t.Context(), store, record(i)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var ids []string
	for r, err := range audit.Read(t.Context(), store, "chat") {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, r.ID)
	}
	slices.Sort(ids)
	if want := strings.Split("0 1 2 3 4 5 6 7", " "); !slices.Equal(ids, want) {
		t.Errorf("records %v, want %v", ids, want)
	}
}

func TestForget(t *testing.T) {
	store := chain(t, 100)
	early, err := audit.Verify(t.Context(), store, "chat", "")
	if err != nil {
		t.Fatal(err)
	}
	now := begin.Add(100 * time.Hour)
	f, err := audit.Forget(t.Context(), store, "chat", begin.Add(40*time.Hour), now)
	if err != nil || f.Records != 40 {
		t.Fatalf("%+v, %v", f, err)
	}
	v, err := audit.Verify(t.Context(), store, "chat", early.Head)
	if err != nil || v.Records != 61 || v.First != 41 || v.Newest != 101 {
		t.Fatalf("%+v, %v", v, err)
	}
	// What is not old enough stays, also when it is asked for again; later more go.
	if f, err = audit.Forget(t.Context(), store, "chat", begin.Add(40*time.Hour), now.Add(1)); err != nil || f.Records != 0 {
		t.Fatalf("again: %+v, %v", f, err)
	}
	if f, err = audit.Forget(t.Context(), store, "chat", begin.Add(500*time.Hour), now.Add(2)); err != nil || f.Records != 60 {
		t.Fatalf("later: %+v, %v", f, err)
	}
	if v, err = audit.Verify(t.Context(), store, "chat", ""); err != nil || v.Records != 2 || v.Newest != 102 {
		t.Fatalf("%+v, %v", v, err)
	}
	if len(store) != 3 {
		t.Errorf("%d keys are left, want 2 records and the head", len(store))
	}
}

// TestForgetBrokenOff: a removal that ends in the middle leaves a chain that is
// whole, and the next one takes the rest along.
func TestForgetBrokenOff(t *testing.T) {
	store := chain(t, 100)
	broken := failing{memory: store, left: 25}
	if _, err := audit.Forget(t.Context(), &broken, "chat", begin.Add(40*time.Hour), begin.Add(100*time.Hour)); err == nil {
		t.Fatal("got no error")
	}
	v, err := audit.Verify(t.Context(), store, "chat", "")
	if err != nil || v.First != 26 {
		t.Fatalf("%+v, %v", v, err)
	}
	if f, err := audit.Forget(t.Context(), store, "chat", begin.Add(50*time.Hour), begin.Add(101*time.Hour)); err != nil || f.Records != 25 {
		t.Fatalf("%+v, %v", f, err)
	}
	if v, err = audit.Verify(t.Context(), store, "chat", ""); err != nil || v.First != 51 {
		t.Fatalf("%+v, %v", v, err)
	}
}

// FuzzVerify: whatever single record is changed, dropped, put in the place of
// another or written anew under its own hash, Verify finds it; and it finds
// nothing if nothing was done.
func FuzzVerify(f *testing.F) {
	for i := range uint64(200) {
		f.Add(i)
	}
	whole, compacted := chain(f, 20), long(f)
	if _, err := audit.Forget(f.Context(), whole, "chat", begin.Add(5*time.Hour), begin.Add(20*time.Hour)); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		rng := rand.New(rand.NewPCG(seed, 1))
		store := maps.Clone(whole)
		if rng.IntN(2) == 0 {
			store = maps.Clone(compacted)
		}
		keys := slices.DeleteFunc(slices.Sorted(maps.Keys(store)), func(key string) bool { return key == audit.HeadKey("chat") })
		if rng.IntN(8) == 0 { // one of two segments, not of hundreds of records
			keys = slices.DeleteFunc(keys, func(key string) bool { return !strings.Contains(key, "/segments/") })
		}
		if len(keys) == 0 {
			return // it has no segments
		}
		if _, err := audit.Verify(t.Context(), store, "chat", ""); err != nil {
			t.Fatal("whole: ", err)
		}
		key := keys[rng.IntN(len(keys))]
		other := keys[(slices.Index(keys, key)+1+rng.IntN(len(keys)-1))%len(keys)]
		var did string
		switch rng.IntN(5) {
		case 0:
			did = "changed a bit of " + key
			data := slices.Clone(store[key])
			data[rng.IntN(len(data))] ^= 1 << rng.IntN(8)
			store[key] = data
		case 1:
			did = "cut " + key
			store[key] = store[key][:rng.IntN(len(store[key]))]
		case 2:
			did = "dropped " + key
			delete(store, key)
		case 3:
			did = "swapped " + key + " and " + other
			store[key], store[other] = store[other], store[key]
		case 4:
			did = "put " + other + " in the place of " + key
			store[key] = store[other]
		}
		if v, err := audit.Verify(t.Context(), store, "chat", ""); !errors.Is(err, capacity.ErrBadData) {
			t.Errorf("%s: found %+v, error %v, want %v", did, v, err, capacity.ErrBadData)
		}
	})
}

// TestVerifyRewritten: a chain that somebody wrote anew from a record on, with
// hashes that are right, passes for itself and not for who has noted its head.
func TestVerifyRewritten(t *testing.T) {
	noted, err := audit.Verify(t.Context(), chain(t, 20), "chat", "")
	if err != nil {
		t.Fatal(err)
	}
	forged := memory{}
	for i := range 25 {
		r := record(i)
		if i == 10 {
			r.By = "somebody else"
		}
		if _, err := audit.Append(t.Context(), forged, r); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := audit.Verify(t.Context(), forged, "chat", ""); err != nil {
		t.Error(err)
	}
	if _, err := audit.Verify(t.Context(), forged, "chat", noted.Head); !errors.Is(err, capacity.ErrBadData) {
		t.Errorf("error is %v, want %v", err, capacity.ErrBadData)
	}
}

// failing is a store that deletes only so much.
type failing struct {
	memory
	left int
}

func (f *failing) Delete(ctx context.Context, key string) error {
	lock.Lock()
	f.left--
	away := f.left < 0
	lock.Unlock()
	if away {
		return errors.New("the store is away")
	}
	return f.memory.Delete(ctx, key)
}

// TestAppend_Names: a record of what no service can be named would stand among those of
// another one, and is refused.
func TestAppend_Names(t *testing.T) {
	store := chain(t, 2)
	for service, want := range map[string]bool{"chat/records": false, "": false, "../chat": false, "web": true, capacity.AllServices: true} {
		r := record(0)
		r.Service = service
		if _, err := audit.Append(t.Context(), store, r); (err == nil) != want || err != nil && !errors.Is(err, capacity.ErrRefused) {
			t.Errorf("%q: got %v", service, err)
		}
	}
	if v, err := audit.Verify(t.Context(), store, "chat", ""); err != nil || v.Records != 2 {
		t.Errorf("got %+v, %v, want the audit of chat as it was", v, err)
	}
}
