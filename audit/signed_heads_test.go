package audit_test

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"headroom/audit"
	"headroom/capacity"
)

// signed signs the head of a chain, and opens it again.
func signed(t *testing.T, store capacity.Store) audit.SignedHead {
	t.Helper()
	v, err := audit.Verify(t.Context(), store, "chat", "")
	if err != nil {
		t.Fatal(err)
	}
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := audit.SignedHeads{At: begin, Heads: []audit.SignedHead{{Service: "chat", Sequence: v.Newest, SHA256: v.Head}}}.Sign(private)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := audit.OpenSigned(text, public)
	if err != nil || len(opened.Heads) != 1 {
		t.Fatalf("got %+v, %v", opened, err)
	}
	return opened.Heads[0]
}

// TestOpenSigned_Changed: heads that were changed, or signed by another key, is refused.
func TestOpenSigned_Changed(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	other, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := audit.SignedHeads{At: begin, Heads: []audit.SignedHead{{Service: "chat", Sequence: 7, SHA256: "9f86"}}}.Sign(private)
	if err != nil {
		t.Fatal(err)
	}
	for name, opened := range map[string]func() error{
		"another key": func() error { _, err := audit.OpenSigned(text, other); return err },
		"another record": func() error {
			_, err := audit.OpenSigned([]byte(strings.Replace(string(text), "7", "8", 1)), public)
			return err
		},
		"no signature": func() error { _, err := audit.OpenSigned(text[:len(text)/2], public); return err },
		"empty":        func() error { _, err := audit.OpenSigned(nil, public); return err },
	} {
		if err := opened(); !errors.Is(err, capacity.ErrBadData) {
			t.Errorf("%s: got %v, want %v", name, err, capacity.ErrBadData)
		}
	}
}

// TestVerify_Restored draws moments of the past of a chain that grew, was compacted and was
// shortened, and puts one object, or several, back to what they were then, also to not
// being there: Verify says so. If everything is put back, only who has signed the head
// since can tell.
func TestVerify_Restored(t *testing.T) {
	store := memory{}
	var past []memory
	for i := range 700 {
		if _, err := audit.Append(t.Context(), store, record(i)); err != nil {
			t.Fatal(err)
		}
		if i == 600 {
			if _, err := audit.Compact(t.Context(), store, "chat"); err != nil {
				t.Fatal(err)
			}
		}
		if i%70 == 0 {
			past = append(past, maps.Clone(store))
		}
	}
	if _, err := audit.Forget(t.Context(), store, "chat", begin.Add(300*time.Hour), begin.Add(700*time.Hour)); err != nil {
		t.Fatal(err)
	}
	head := signed(t, store)
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 2))
		then, now := past[rng.IntN(len(past))], maps.Clone(store)
		var differ []string // the objects that were otherwise then
		for _, key := range slices.Sorted(maps.Keys(now)) {
			if string(then[key]) != string(now[key]) {
				differ = append(differ, key)
			}
		}
		all := rng.IntN(10) == 0
		if all {
			now = then
		} else {
			rng.Shuffle(len(differ), func(i, j int) { differ[i], differ[j] = differ[j], differ[i] })
			differ = differ[:1+rng.IntN(min(3, len(differ)))]
			for _, key := range differ {
				if data, there := then[key]; there {
					now[key] = data
				} else {
					delete(now, key)
				}
			}
		}
		if _, err := audit.Verify(t.Context(), now, "chat", ""); !all && !errors.Is(err, capacity.ErrBadData) {
			t.Errorf("seed %d: %v are as they were: got %v, want %v", seed, differ, err, capacity.ErrBadData)
		} else if all && err != nil {
			t.Errorf("seed %d: everything is as it was: %v", seed, err)
		}
		if _, err := audit.VerifySigned(t.Context(), now, head); !errors.Is(err, capacity.ErrBadData) {
			t.Errorf("seed %d: with the signed head: got %v, want %v", seed, err, capacity.ErrBadData)
		}
	}
	if v, err := audit.VerifySigned(t.Context(), store, head); err != nil || !v.Known {
		t.Errorf("nothing was done: got %+v, %v", v, err)
	}
	if _, err := audit.Append(t.Context(), store, record(700)); err != nil {
		t.Fatal(err)
	}
	if v, err := audit.VerifySigned(t.Context(), store, head); err != nil || v.Newest != head.Sequence+1 {
		t.Errorf("the chain has grown: got %+v, %v", v, err)
	}
	if _, err := audit.VerifySigned(t.Context(), past[0], head); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("record %d of the audit of \"chat\" was signed, and the chain ends with record 1", head.Sequence)) {
		t.Errorf("put back to the first record: got %v", err)
	}
}
