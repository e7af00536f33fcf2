package audit_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"headroom/audit"
	"headroom/capacity"
)

// long is a chain of 800 records, an hour apart, of which the oldest 512 are in
// segments.
func long(t testing.TB) memory {
	t.Helper()
	store := chain(t, 800)
	c, err := audit.Compact(t.Context(), store, "chat")
	if err != nil || c.Segments != 2 || c.Records != 512 {
		t.Fatalf("compacted %+v, %v, want 512 records in 2 segments", c, err)
	}
	return store
}

// Records in segments are the records that they were: they are read and verified, and
// a head that was noted is known; a second time there is nothing to do.
func TestCompact(t *testing.T) {
	store := chain(t, 800)
	before := maps.Clone(store)
	var noted []string
	for i := range 800 {
		noted = append(noted, capacity.RefTo("", before[fmt.Sprintf("audit/chat/records/%012d.json", i+1)]).SHA256)
	}
	for again := range 2 {
		c, err := audit.Compact(t.Context(), store, "chat")
		if err != nil || c.Records != int64(512*(1-again)) {
			t.Fatalf("compacted %+v, %v", c, err)
		}
		if want := 800 - 512 + 2 + 1; len(store) != want {
			t.Errorf("%d objects are left, want %d: records, segments and the head", len(store), want)
		}
		for _, i := range []int{0, 255, 256, 511, 512, 799} {
			v, err := audit.Verify(t.Context(), store, "chat", noted[i])
			if err != nil || v.Records != 800 || v.First != 1 || v.Segments != 2 || !v.Known {
				t.Errorf("record %d: %+v, %v", i+1, v, err)
			}
		}
	}
	next := 799
	for r, err := range audit.Read(t.Context(), store, "chat") {
		if err != nil || r.ID != fmt.Sprint(next) {
			t.Fatalf("got %+v, %v, want ID %d", r, err, next)
		}
		next--
	}
	if next != -1 {
		t.Errorf("the last that was read is %d, want 0", next+1)
	}
}

// A compaction that ends anywhere loses no record, and the next one ends it.
func TestCompact_BrokenOff(t *testing.T) {
	for _, left := range []int{0, 1, 255, 256, 300} {
		broken := failing{memory: chain(t, 800), left: left}
		if _, err := audit.Compact(t.Context(), &broken, "chat"); err == nil {
			t.Fatal("got no error")
		}
		for range 2 {
			if v, err := audit.Verify(t.Context(), broken.memory, "chat", ""); err != nil || v.Records != 800 {
				t.Fatalf("after %d removals: %+v, %v", left, v, err)
			}
			if _, err := audit.Compact(t.Context(), broken.memory, "chat"); err != nil {
				t.Fatal(err)
			}
		}
		if len(broken.memory) != 800-512+2+1 {
			t.Errorf("after %d removals %d objects are left", left, len(broken.memory))
		}
	}
}

// Records that do not follow each other stay objects.
func TestCompact_Refuses(t *testing.T) {
	for name, spoil := range map[string]func(store memory, key string){
		"dropped": func(store memory, key string) { delete(store, key) },
		"changed": func(store memory, key string) {
			store[key] = []byte(strings.Replace(string(store[key]), "done", "lost", 1))
		},
	} {
		store := chain(t, 800)
		spoil(store, "audit/chat/records/000000000300.json")
		if _, err := audit.Compact(t.Context(), store, "chat"); !errors.Is(err, capacity.ErrBadData) {
			t.Errorf("%s: got %v, want %v", name, err, capacity.ErrBadData)
		}
		if _, there := store["audit/chat/records/000000000299.json"]; !there {
			t.Errorf("%s: a record of the damaged segment was removed", name)
		}
	}
}

// Of segments whole ones are let go; what is left is a chain.
func TestForget_Segments(t *testing.T) {
	for hours, want := range map[int]int64{100: 1, 256: 257, 400: 257, 600: 601} {
		store := long(t)
		f, err := audit.Forget(t.Context(), store, "chat", begin.Add(time.Duration(hours)*time.Hour), begin.Add(900*time.Hour))
		if err != nil || f.Records != want-1 {
			t.Fatalf("before hour %d: %+v, %v, want %d records gone", hours, f, err, want-1)
		}
		if v, err := audit.Verify(t.Context(), store, "chat", ""); err != nil || v.First != want {
			t.Errorf("before hour %d: %+v, %v, want the first to be %d", hours, v, err, want)
		}
	}
}

// A segment that begins in the middle, since older records had been let go, is read
// and let go like others.
func TestCompact_Begun(t *testing.T) {
	store := chain(t, 800)
	if _, err := audit.Forget(t.Context(), store, "chat", begin.Add(100*time.Hour), begin.Add(900*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if c, err := audit.Compact(t.Context(), store, "chat"); err != nil || c.Records != 412 {
		t.Fatalf("compacted %+v, %v, want 412 records", c, err)
	}
	if v, err := audit.Verify(t.Context(), store, "chat", ""); err != nil || v.First != 101 || v.Records != 701 {
		t.Errorf("%+v, %v, want 701 from 101 on", v, err)
	}
	delete(store, audit.HeadKey("chat"))
	if _, err := audit.Append(t.Context(), store, record(1000)); err != nil {
		t.Fatal(err)
	}
	if f, err := audit.Forget(t.Context(), store, "chat", begin.Add(300*time.Hour), begin.Add(901*time.Hour)); err != nil || f.Records != 156 {
		t.Errorf("%+v, %v, want 156 records gone", f, err)
	}
	if v, err := audit.Verify(t.Context(), store, "chat", ""); err != nil || v.First != 257 {
		t.Errorf("%+v, %v, want the first to be 257", v, err)
	}
}

// TestVerify_Extra: what the chain does not know is found, wherever it is.
func TestVerify_Extra(t *testing.T) {
	forgotten := long(t)
	if _, err := audit.Forget(t.Context(), forgotten, "chat", begin.Add(300*time.Hour), begin.Add(900*time.Hour)); err != nil {
		t.Fatal(err)
	}
	whole := long(t)
	for name, c := range map[string]struct {
		store memory
		key   string
		data  []byte
	}{
		"behind a gap":          {whole, "audit/chat/records/000000000805.json", whole["audit/chat/records/000000000800.json"]},
		"far behind":            {whole, "audit/chat/records/999999999999.json", []byte("{}")},
		"before the oldest":     {forgotten, "audit/chat/records/000000000007.json", chain(t, 8)["audit/chat/records/000000000007.json"]},
		"a segment without end": {whole, "audit/chat/segments/000000001025.jsonl", whole["audit/chat/segments/000000000001.jsonl"]},
		"no record":             {whole, "audit/chat/notes.txt", []byte("hello")},
		"another number":        {whole, "audit/chat/records/7.json", []byte("{}")},
	} {
		t.Run(name, func(t *testing.T) {
			store := maps.Clone(c.store)
			if v, err := audit.Verify(t.Context(), store, "chat", ""); err != nil {
				t.Fatalf("%+v, %v", v, err)
			}
			store[c.key] = c.data
			if v, err := audit.Verify(t.Context(), store, "chat", ""); !errors.Is(err, capacity.ErrBadData) || !strings.Contains(err.Error(), c.key) {
				t.Errorf("got %+v, %v, want %v that names %s", v, err, capacity.ErrBadData, c.key)
			}
		})
	}
}

// TestVerify_NoHead: records without the head are found, also where older ones were
// let go, and the next decision makes it anew, with the newest order although that is in
// a segment.
func TestVerify_NoHead(t *testing.T) {
	store := chain(t, 400)
	order := record(400)
	order.Kind, order.By = audit.Ordered, "ann"
	for i := 400; i < 800; i++ {
		r := record(i)
		if i == 400 {
			r = order
		}
		if _, err := audit.Append(t.Context(), store, r); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := audit.Compact(t.Context(), store, "chat"); err != nil {
		t.Fatal(err)
	}
	if _, err := audit.Forget(t.Context(), store, "chat", begin.Add(300*time.Hour), begin.Add(900*time.Hour)); err != nil {
		t.Fatal(err)
	}
	delete(store, audit.HeadKey("chat"))
	if v, err := audit.Verify(t.Context(), store, "chat", ""); !errors.Is(err, capacity.ErrBadData) {
		t.Errorf("got %+v, %v, want %v", v, err, capacity.ErrBadData)
	}
	if _, err := audit.Append(t.Context(), store, record(1000)); err != nil {
		t.Fatal(err)
	}
	if r, err := audit.LastOrder(t.Context(), store, "chat"); err != nil || r.Sequence != 401 || r.By != "ann" {
		t.Errorf("the newest order is %+v, %v, want record 401", r, err)
	}
	if v, err := audit.Verify(t.Context(), store, "chat", ""); err != nil || v.First != 257 || v.Newest != 803 {
		t.Errorf("got %+v, %v, want records 257 to 803", v, err)
	}
}
