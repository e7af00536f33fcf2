package local_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

func TestStore(t *testing.T) {
	capacitytest.Store(t, func(t *testing.T) capacity.Store { return local.Store{Dir: filepath.Join(t.TempDir(), "new", "store")} })
}

// What a process that died left behind is neither read nor in the way.
func TestStore_LeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	s := local.Store{Dir: dir}
	for i := range 3 {
		if _, err := s.Put(t.Context(), fmt.Sprintf("k/%d", i), []byte("x")); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Put(t.Context(), "k/0", []byte("other")); !errors.Is(err, capacity.ErrConflict) {
			t.Fatalf("got error %v, want %v", err, capacity.ErrConflict)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, ".store", "new-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("got %q left over and error %v, want nothing", left, err)
	}
}

func TestStore_OwnFolderIsNoKey(t *testing.T) {
	s := local.Store{Dir: t.TempDir()}
	if _, err := s.Put(t.Context(), ".store/lock", []byte("x")); err == nil {
		t.Error("got no error")
	}
}

func TestStore_NoAccess(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("not part of make test: run it as another user than root, who may read everything")
	}
	dir := t.TempDir()
	s := local.Store{Dir: dir}
	if _, err := s.Put(t.Context(), "k", []byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "k"), 0); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Get(t.Context(), "k"); !errors.Is(err, capacity.ErrAccess) {
		t.Errorf("got error %v, want %v", err, capacity.ErrAccess)
	}
}

func ExampleStore() {
	dir, err := os.MkdirTemp("", "store")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	var (
		store = local.Store{Dir: dir}
		ctx   = context.Background()
	)
	fmt.Println(store.Swap(ctx, "services/chat/champion.json", []byte(`"ets"`), ""))
	data, version, err := store.Get(ctx, "services/chat/champion.json")
	fmt.Println(string(data), err)
	fmt.Println(store.Swap(ctx, "services/chat/champion.json", []byte(`"theta"`), version))
	// Output:
	// <nil>
	// "ets" <nil>
	// <nil>
}
