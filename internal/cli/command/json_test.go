package command

import (
	"strings"
	"testing"
	"time"

	"headroom/executor"
)

// A time that is not set is left out of JSON, whatever its field says.
func TestPrintJSON_ZeroTimes(t *testing.T) {
	var b strings.Builder
	v := struct {
		Until, At time.Time
		Order     executor.Order
	}{At: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)}
	if err := PrintJSON(&b, v); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); strings.Contains(got, "0001") || strings.Contains(got, "until") || !strings.Contains(got, `"at": "2026-03-02T12:00:00Z"`) {
		t.Errorf("got %s, want only the time that is set", got)
	}
}
