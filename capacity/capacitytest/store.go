package capacitytest

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"sync"
	"testing"

	"headroom/capacity"
)

// Store checks that a store does what [capacity.Store] says. Each call of open
// returns a store of its own that is empty.
func Store(t *testing.T, open func(t *testing.T) capacity.Store) {
	for name, check := range map[string]func(*testing.T, capacity.Store){
		"get missing":   storeMissing,
		"put and get":   storePut,
		"put twice":     storePutTwice,
		"put race":      storePutRace,
		"odd keys":      storeOddKeys,
		"bad keys":      storeBadKeys,
		"large":         storeLarge,
		"compressed":    storeCompressed,
		"swap":          storeSwap,
		"swap race":     storeSwapRace,
		"swap or put":   storeSwapOverPut,
		"creation race": storeCreationRace,
		"delete":        storeDelete,
		"list":          storeList,
		"list nothing":  storeListNothing,
	} {
		t.Run(name, func(t *testing.T) { check(t, open(t)) })
	}
}

func storeMissing(t *testing.T, s capacity.Store) {
	if _, _, err := s.Get(t.Context(), "no/such/key"); !errors.Is(err, capacity.ErrNotFound) {
		t.Errorf("got error %v, want %v", err, capacity.ErrNotFound)
	}
	mustPut(t, s, "a/b/c", []byte("x"))
	for _, folder := range []string{"a", "a/b"} {
		if _, _, err := s.Get(t.Context(), folder); !errors.Is(err, capacity.ErrNotFound) {
			t.Errorf("get the folder %q: got error %v, want %v", folder, err, capacity.ErrNotFound)
		}
	}
}

func storePut(t *testing.T, s capacity.Store) {
	for key, data := range map[string][]byte{"plans/chat/1.json": []byte(`{"id":1}`), "empty": {}, "bytes": {0, 255, 10, 13}} {
		ref := mustPut(t, s, key, data)
		if want := capacity.RefTo(key, data); ref != want {
			t.Errorf("got ref %+v, want %+v", ref, want)
		}
		wantGet(t, s, key, data)
	}
}

func storePutTwice(t *testing.T, s capacity.Store) {
	first := mustPut(t, s, "k", []byte("first"))
	if again := mustPut(t, s, "k", []byte("first")); again != first {
		t.Errorf("got ref %+v, want %+v", again, first)
	}
	for _, other := range []string{"other", "First", "first ", ""} {
		if _, err := s.Put(t.Context(), "k", []byte(other)); !errors.Is(err, capacity.ErrConflict) {
			t.Errorf("put %q over %q: got error %v, want %v", other, "first", err, capacity.ErrConflict)
		}
	}
	wantGet(t, s, "k", []byte("first"))
}

// Of many that put other data under one key, one wins and stays.
func storePutRace(t *testing.T, s capacity.Store) {
	errs := race(func(i int) error {
		_, err := s.Put(t.Context(), "k", fmt.Appendf(nil, "data of %d", i))
		return err
	})
	wantGet(t, s, "k", fmt.Appendf(nil, "data of %d", winner(t, errs)))
}

func storeOddKeys(t *testing.T, s capacity.Store) {
	keys := []string{
		"history/chat/year=2026/month=03/a.parquet", "plus+percent%25", "question?hash#amp&", "ünïcode/键",
		"space in it", "dots..in.it", "UPPER", "quote'\"", "back\\slash", "a.b/c~d", "tilde~1", ".hidden/file",
	}
	for i, key := range keys {
		mustPut(t, s, key, fmt.Appendf(nil, "data of %d", i))
	}
	for i, key := range keys {
		wantGet(t, s, key, fmt.Appendf(nil, "data of %d", i))
	}
}

// A key that no store can keep, or that leads out of it, is an error and
// neither read nor written.
func storeBadKeys(t *testing.T, s capacity.Store) {
	for _, key := range []string{"", "/absolute", "a//b", "a/", "../out", "a/../../out", ".", "a/./b"} {
		if _, err := s.Put(t.Context(), key, []byte("x")); err == nil {
			t.Errorf("put %q: got no error", key)
		}
		if err := s.Swap(t.Context(), key, []byte("x"), ""); err == nil {
			t.Errorf("swap %q: got no error", key)
		}
		if _, _, err := s.Get(t.Context(), key); err == nil {
			t.Errorf("get %q: got no error", key)
		}
		if err := s.Delete(t.Context(), key); err == nil {
			t.Errorf("delete %q: got no error", key)
		}
	}
}

func storeLarge(t *testing.T, s capacity.Store) {
	data := bytes.Repeat([]byte("0123456789abcdef"), 1<<20) // 16 MiB
	ref := mustPut(t, s, "large", data)
	got, _, err := s.Get(t.Context(), "large")
	if err != nil {
		t.Fatal(err)
	}
	if err := ref.Check(got); err != nil {
		t.Error(err)
	}
}

// What looks compressed, or is, comes back as it was put, and differs from what it
// holds.
func storeCompressed(t *testing.T, s capacity.Store) {
	plain := bytes.Repeat([]byte("0123456789abcdef"), 1<<12)
	var once bytes.Buffer
	w := gzip.NewWriter(&once)
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for i, data := range [][]byte{plain, once.Bytes(), once.Bytes()[:2], once.Bytes()[:20], plain[:4096], plain[:4095]} {
		key := fmt.Sprint(i)
		for range 2 {
			mustPut(t, s, key, data)
		}
		version := wantGet(t, s, key, data)
		if _, err := s.Put(t.Context(), key, []byte("other")); !errors.Is(err, capacity.ErrConflict) {
			t.Errorf("put other data: got %v, want %v", err, capacity.ErrConflict)
		}
		if err := s.Swap(t.Context(), key, append([]byte("x"), data...), version); err != nil {
			t.Fatal(err)
		}
		wantGet(t, s, key, append([]byte("x"), data...))
	}
}

func storeSwap(t *testing.T, s capacity.Store) {
	if err := s.Swap(t.Context(), "k", []byte("0"), "some version"); !errors.Is(err, capacity.ErrConflict) {
		t.Errorf("swap a key that does not exist: got error %v, want %v", err, capacity.ErrConflict)
	}
	if err := s.Swap(t.Context(), "k", []byte("1"), ""); err != nil {
		t.Fatal(err)
	}
	if err := s.Swap(t.Context(), "k", []byte("1"), ""); !errors.Is(err, capacity.ErrConflict) {
		t.Errorf("create a key that exists: got error %v, want %v", err, capacity.ErrConflict)
	}
	first := wantGet(t, s, "k", []byte("1"))
	if err := s.Swap(t.Context(), "k", []byte("2"), first); err != nil {
		t.Fatal(err)
	}
	second := wantGet(t, s, "k", []byte("2"))
	if first == "" || first == second {
		t.Errorf("got versions %q and %q, want two", first, second)
	}
	if err := s.Swap(t.Context(), "k", []byte("3"), first); !errors.Is(err, capacity.ErrConflict) {
		t.Errorf("swap an old version: got error %v, want %v", err, capacity.ErrConflict)
	}
	if again := wantGet(t, s, "k", []byte("2")); again != second {
		t.Errorf("got version %q, want %q: nothing was written", again, second)
	}
}

// What was put can be swapped, and what was swapped cannot be put over.
func storeSwapOverPut(t *testing.T, s capacity.Store) {
	mustPut(t, s, "k", []byte("put"))
	if err := s.Swap(t.Context(), "k", []byte("swapped"), wantGet(t, s, "k", []byte("put"))); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), "k", []byte("put")); !errors.Is(err, capacity.ErrConflict) {
		t.Errorf("got error %v, want %v", err, capacity.ErrConflict)
	}
	wantGet(t, s, "k", []byte("swapped"))
}

// Of many that swap the same version, one wins, in every round.
func storeSwapRace(t *testing.T, s capacity.Store) {
	mustPut(t, s, "k", []byte("start"))
	version := wantGet(t, s, "k", []byte("start"))
	for round := range 5 {
		errs := race(func(i int) error {
			return s.Swap(t.Context(), "k", fmt.Appendf(nil, "round %d by %d", round, i), version)
		})
		version = wantGet(t, s, "k", fmt.Appendf(nil, "round %d by %d", round, winner(t, errs)))
	}
}

// Of many that create one key, one wins.
func storeCreationRace(t *testing.T, s capacity.Store) {
	for round := range 5 {
		key := fmt.Sprintf("round/%d", round)
		errs := race(func(i int) error { return s.Swap(t.Context(), key, fmt.Appendf(nil, "by %d", i), "") })
		wantGet(t, s, key, fmt.Appendf(nil, "by %d", winner(t, errs)))
	}
}

// race does the same in many goroutines at once.
func race(do func(i int) error) []error {
	errs := make([]error, 12)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() {
			<-start
			errs[i] = do(i)
		})
	}
	close(start)
	all.Wait()
	return errs
}

// winner is the only one without an error; the others must have lost to it.
func winner(t *testing.T, errs []error) int {
	t.Helper()
	won := -1
	for i, err := range errs {
		switch {
		case err == nil && won >= 0:
			t.Fatalf("got two winners, %d and %d", won, i)
		case err == nil:
			won = i
		case !errors.Is(err, capacity.ErrConflict):
			t.Errorf("got error %v, want %v", err, capacity.ErrConflict)
		}
	}
	if won < 0 {
		t.Fatalf("got no winner: %v", errors.Join(errs...))
	}
	return won
}

func mustPut(t *testing.T, s capacity.Store, key string, data []byte) capacity.Ref {
	t.Helper()
	ref, err := s.Put(t.Context(), key, data)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// wantGet returns the version of what it found.
func wantGet(t *testing.T, s capacity.Store, key string, want []byte) string {
	t.Helper()
	got, version, err := s.Get(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Fatalf("%q: got %.80q, want %.80q", key, got, want)
	}
	return version
}

// What is deleted is gone, its neighbours are not, and its key is free again.
func storeDelete(t *testing.T, s capacity.Store) {
	mustPut(t, s, "a/b", []byte("1"))
	mustPut(t, s, "a/bc", []byte("2"))
	for range 2 {
		if err := s.Delete(t.Context(), "a/b"); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := s.Get(t.Context(), "a/b"); !errors.Is(err, capacity.ErrNotFound) {
		t.Errorf("get what was deleted: got error %v, want %v", err, capacity.ErrNotFound)
	}
	// A folder is no key.
	if err := s.Delete(t.Context(), "a"); err != nil {
		t.Errorf("delete a folder: %v", err)
	}
	wantGet(t, s, "a/bc", []byte("2"))
	mustPut(t, s, "a/b", []byte("3"))
	wantGet(t, s, "a/b", []byte("3"))
}
