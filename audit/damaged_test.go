package audit_test

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"headroom/audit"
	"headroom/capacity"
)

// Whatever happens to a head, [audit.Verify] finds it, the records can still be
// read, and the next decision puts the chain right without losing a record: a head
// that was noted before stays known.
func TestAppend_DamagedHead(t *testing.T) {
	heads := map[string]string{"cut off": `{"Newest":{"Key":"au`, "null": "null", "empty": "", "an object": "{}", "an array": "[1]", "deep": strings.Repeat("[", 20_000), "gone": "gone", "put back": "put back"}
	for name, head := range heads {
		for _, forgotten := range []bool{false, true} {
			t.Run(name+map[bool]string{true: " after older ones were let go"}[forgotten], func(t *testing.T) {
				store := chain(t, 3)
				if forgotten {
					if _, err := audit.Forget(t.Context(), store, "chat", record(2).At, record(3).At); err != nil {
						t.Fatal(err)
					}
				}
				older := store[audit.HeadKey("chat")]
				for i := 3; i < 6; i++ {
					if _, err := audit.Append(t.Context(), store, record(i)); err != nil {
						t.Fatal(err)
					}
				}
				before, err := audit.Verify(t.Context(), store, "chat", "")
				if err != nil {
					t.Fatal(err)
				}
				switch name {
				case "gone":
					delete(store, audit.HeadKey("chat"))
				case "put back":
					store[audit.HeadKey("chat")] = older
				default:
					store[audit.HeadKey("chat")] = []byte(head)
				}
				if v, err := audit.Verify(t.Context(), store, "chat", ""); !errors.Is(err, capacity.ErrBadData) {
					t.Errorf("got %+v, %v, want %v", v, err, capacity.ErrBadData)
				}
				for range 2 { // what is told again is recorded once
					if _, err := audit.Append(t.Context(), store, record(6)); err != nil {
						t.Fatal(err)
					}
				}
				after, err := audit.Verify(t.Context(), store, "chat", before.Head)
				if err != nil || after.Records != before.Records+2 || !after.Known {
					t.Errorf("the chain has %+v (%v), want the %d records before, one that says what was mended, and the new one", after, err, before.Records)
				}
				damaged := 0
				for r, err := range audit.Read(t.Context(), store, "chat") {
					if err != nil {
						t.Fatal(err)
					}
					if r.Kind == audit.Damaged {
						damaged++
					}
				}
				if damaged != 1 {
					t.Errorf("%d records say what was mended, want 1", damaged)
				}
				if kept := store[capacity.DamagedKey(audit.HeadKey("chat"), []byte(head))]; strings.ContainsAny(head, "[{") && string(kept) != head {
					t.Errorf("the damaged head is kept as %q, want %q", kept, head)
				}
			})
		}
	}
}

// An object behind the newest record is found whatever it is, and stops no decision.
func TestAppend_StrayRecord(t *testing.T) {
	forged := chain(t, 9)
	for name, data := range map[string]string{"empty": "", "null": "null", "of another chain": string(forged["audit/chat/records/000000000009.json"]), "of another sequence": string(forged["audit/chat/records/000000000002.json"])} {
		t.Run(name, func(t *testing.T) {
			store, key := chain(t, 5), "audit/chat/records/000000000006.json"
			store[key] = []byte(data)
			if v, err := audit.Verify(t.Context(), store, "chat", ""); !errors.Is(err, capacity.ErrBadData) {
				t.Errorf("got %+v, %v, want %v", v, err, capacity.ErrBadData)
			}
			if _, err := audit.Append(t.Context(), store, record(5)); err != nil {
				t.Fatal(err)
			}
			if v, err := audit.Verify(t.Context(), store, "chat", ""); err != nil || v.Records != 7 {
				t.Errorf("got %+v, %v, want 7 records", v, err)
			}
			if kept, there := store[capacity.DamagedKey(key, []byte(data))]; !there || string(kept) != data {
				t.Errorf("kept is %q, want %q", kept, data)
			}
		})
	}
}

// A worker that is lost between its record and the head loses no record: the next
// decision stands behind it, and the same one again is recorded once.
func TestAppend_LostWorker(t *testing.T) {
	for i, want := range map[int]int64{5: 6, 6: 7} {
		store := chain(t, 5)
		head := store[audit.HeadKey("chat")]
		if _, err := audit.Append(t.Context(), store, record(5)); err != nil {
			t.Fatal(err)
		}
		lost := maps.Clone(store)
		lost[audit.HeadKey("chat")] = head
		if _, err := audit.Append(t.Context(), lost, record(i)); err != nil {
			t.Fatal(err)
		}
		if v, err := audit.Verify(t.Context(), lost, "chat", ""); err != nil || v.Records != want {
			t.Errorf("after record %d: %+v, %v, want %d records", i, v, err, want)
		}
	}
}

// The newest order is found without reading what came after it, whatever happened to the
// head; one that is gone is no order that never was.
func TestLastOrder(t *testing.T) {
	store := chain(t, 2)
	if r, err := audit.LastOrder(t.Context(), store, "chat"); !errors.Is(err, capacity.ErrNotFound) {
		t.Errorf("got %+v, %v, want %v", r, err, capacity.ErrNotFound)
	}
	order := record(2)
	order.Kind = audit.Ordered
	for _, r := range []audit.Record{order, record(3), record(4)} {
		if _, err := audit.Append(t.Context(), store, r); err != nil {
			t.Fatal(err)
		}
	}
	for _, head := range []string{"as it is", "null", "gone"} {
		switch head {
		case "null":
			store[audit.HeadKey("chat")] = []byte(head)
		case "gone":
			delete(store, audit.HeadKey("chat"))
		}
		if r, err := audit.LastOrder(t.Context(), store, "chat"); err != nil || r.ID != order.ID {
			t.Errorf("with a head that is %s: got %+v, %v, want record %s", head, r, err, order.ID)
		}
	}
	if _, err := audit.Append(t.Context(), store, record(5)); err != nil {
		t.Fatal(err)
	}
	delete(store, "audit/chat/records/000000000003.json")
	if r, err := audit.LastOrder(t.Context(), store, "chat"); !errors.Is(err, capacity.ErrBadData) {
		t.Errorf("got %+v, %v, want %v", r, err, capacity.ErrBadData)
	}
}
