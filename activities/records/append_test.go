package records_test

import (
	"testing"
	"time"

	"headroom/activities/records"
	"headroom/adapters/local"
	"headroom/audit"
)

// TestAppend_Printable: what people wrote cannot forge a line of the audit, nor reach a
// terminal as a command, whoever reads the record.
func TestAppend_Printable(t *testing.T) {
	r := records.Records{Store: local.Store{Dir: t.TempDir()}, Now: time.Now}
	err := r.Append(t.Context(), audit.Record{Service: "chat", ID: "1", Kind: audit.Ordered, By: "ann\x1b[2J", Why: "why\n2026-01-01 acted bob", Text: "\u202etxet"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for got, err := range audit.Read(t.Context(), r.Store, "chat") {
		if err != nil || got.By != `ann\x1b[2J` || got.Why != `why\n2026-01-01 acted bob` || got.Text != `\u202etxet` {
			t.Errorf("got %q, %q, %q, %v", got.By, got.Why, got.Text, err)
		}
	}
}
