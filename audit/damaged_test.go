package audit_test

import (
	"errors"
	"strings"
	"testing"

	"headroom/audit"
	"headroom/capacity"
)

// A head that is damaged stops no record: a new chain begins that says so, the
// bytes are kept, and a head of the chain before that was noted is not known.
func TestAppend_DamagedHead(t *testing.T) {
	for name, head := range map[string]string{"cut off": `{"Newest":{"Key":"au`, "null": "null", "empty": "", "an object": "{}", "an array": "[1]", "deep": strings.Repeat("[", 20_000)} {
		t.Run(name, func(t *testing.T) {
			store := chain(t, 5)
			before, err := audit.Verify(t.Context(), store, "chat", "")
			if err != nil {
				t.Fatal(err)
			}
			store[audit.HeadKey("chat")] = []byte(head)
			if _, err := audit.Verify(t.Context(), store, "chat", ""); !errors.Is(err, capacity.ErrBadData) {
				t.Errorf("a damaged head: got %v, want %v", err, capacity.ErrBadData)
			}
			for range 2 { // what is told again is recorded once
				if _, err := audit.Append(t.Context(), store, record(5)); err != nil {
					t.Fatal(err)
				}
			}
			var kinds []audit.Kind
			for r, err := range audit.Read(t.Context(), store, "chat") {
				if err != nil {
					t.Fatal(err)
				}
				kinds = append(kinds, r.Kind)
			}
			if len(kinds) != 2 || kinds[0] != audit.Acted || kinds[1] != audit.Damaged {
				t.Errorf("the new chain has %v, want what was decided behind that the head was damaged", kinds)
			}
			if kept := store[capacity.DamagedKey(audit.HeadKey("chat"), []byte(head))]; string(kept) != head {
				t.Errorf("the damaged head is kept as %q, want %q", kept, head)
			}
			if _, err := audit.Verify(t.Context(), store, "chat", before.Head); !errors.Is(err, capacity.ErrBadData) {
				t.Errorf("a head of the chain before: got %v, want %v", err, capacity.ErrBadData)
			}
		})
	}
}
