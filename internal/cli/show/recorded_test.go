package show

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"headroom/activities/planning"
	"headroom/adapters/local"
	"headroom/audit"
	"headroom/capacity"
)

// TestAsRecorded: a plan that was changed in the bucket is not shown, and one that the audit
// does not know is shown with a word about it.
func TestAsRecorded(t *testing.T) {
	store, out := local.Store{Dir: t.TempDir()}, &bytes.Buffer{}
	for _, id := range []string{"one", "two", "three"} {
		ref, err := store.Put(t.Context(), capacity.PlanKey("chat", id, "plan.json"), []byte(`{"units": 4}`))
		if err != nil {
			t.Fatal(err)
		}
		if id == "three" {
			continue
		}
		if id == "two" {
			ref.SHA256 = strings.Repeat("0", len(ref.SHA256))
		}
		facts, err := json.Marshal(planning.PlanFacts{Plan: ref})
		if err == nil {
			_, err = audit.Append(t.Context(), store, audit.Record{Service: "chat", ID: id, Kind: audit.Planned, Plan: id, Facts: facts})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := asRecorded(t.Context(), store, out, "chat", "one"); err != nil || out.Len() > 0 {
		t.Errorf("as it was made: got %v, %q", err, out)
	}
	if err := asRecorded(t.Context(), store, out, "chat", "two"); !errors.Is(err, capacity.ErrBadData) || !strings.Contains(err.Error(), "not the one that record 2 of the audit names") {
		t.Errorf("another plan: got %v", err)
	}
	if err := asRecorded(t.Context(), store, out, "chat", "three"); err != nil || !strings.Contains(out.String(), "no record of plan three") {
		t.Errorf("not on record: got %v, %q", err, out)
	}
}
