package cli_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.temporal.io/sdk/temporal"

	"headroom/activities"
	"headroom/activities/histories"
	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/history"
)

// TestHostileObjects_NotRetried: whatever is wrong with an object of load, the
// activity that reads it fails for good at its first try.
func TestHostileObjects_NotRetried(t *testing.T) {
	h := newHostiles(t, nil, nil)
	folder := t.TempDir()
	a := activities.New(activities.Ports{
		Store:   local.Store{Dir: t.TempDir()},
		Sources: func(string) (history.Source, error) { return local.Source{}, nil },
		Now:     time.Now,
	})
	in := histories.FetchInput{
		Policy: capacity.Policy{Service: "chat", Demand: capacity.Demand{
			Source: "file://" + folder + "/", Time: "ts", Value: "requests", Aggregate: capacity.Sum, Step: time.Hour, Timezone: "UTC", Window: 14 * 24 * time.Hour,
		}},
		Until: time.Date(2026, 3, 6, 0, 0, 0, 0, time.UTC),
	}
	refused := 0
	for i := range uint64(400) {
		random := rand.New(rand.NewPCG(1, i))
		input := h.damagedLoad(random)
		if i%2 == 0 {
			input = h.oddLoad(random)
		}
		if err := os.WriteFile(filepath.Join(folder, "load"), input.data, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := a.Fetch(t.Context(), in)
		if err == nil {
			continue
		}
		refused++
		if app, ok := errors.AsType[*temporal.ApplicationError](err); !ok || !app.NonRetryable() {
			t.Errorf("%d: %s: it would be tried again: %v", i, input.what, err)
		}
	}
	if refused < 200 {
		t.Errorf("%d of 400 objects were refused, want most", refused)
	}
	t.Logf("%d of 400 objects were refused", refused)
}
