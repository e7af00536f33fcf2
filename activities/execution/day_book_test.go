package execution_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/activities/execution"
	"headroom/activities/records"
	"headroom/adapters/local"
	"headroom/capacity"
)

// A jostled store is one in which somebody else is first to book the second of
// March.
type jostled struct {
	local.Store
	done bool
}

func (s *jostled) Swap(ctx context.Context, key string, data []byte, version string) error {
	if key == "days/web/2026-03-02.json" && !s.done {
		s.done = true
		if err := s.Store.Swap(ctx, key, []byte(`{"Acted":["other"]}`), version); err != nil {
			return err
		}
	}
	return s.Store.Swap(ctx, key, data, version)
}

// TestRecord_DayBook: of each day it is booked, once, which plans were carried
// out, whatever is booked at the same moment.
func TestRecord_DayBook(t *testing.T) {
	a := &execution.Execution{Records: records.Records{Store: &jostled{Store: local.Store{Dir: t.TempDir()}}}}
	late := time.Date(2026, 3, 2, 23, 59, 0, 0, time.UTC)
	outcome := func(id string, asked, settled time.Time) capacity.Outcome {
		return capacity.Outcome{Action: capacity.Action{ID: id, Target: "sim://web", Units: 3}, Verdict: capacity.Done, Asked: asked, Settled: settled}
	}
	never := outcome("p/2", time.Time{}, late.Add(48*time.Hour)) // overtaken before it was asked for
	for range 2 {
		in := execution.RecordInput{Service: "web", Plan: "p", Outcomes: []capacity.Outcome{outcome("p/1", late, late.Add(2*time.Minute)), never}}
		if err := a.Record(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Record(t.Context(), execution.RecordInput{Service: "web", Plan: "q", Outcomes: []capacity.Outcome{outcome("q/1", late, late)}}); err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string][]string{"2026-03-02": {"other", "p", "q"}, "2026-03-03": {"p"}, "2026-03-04": nil} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		book, _, err := a.Records.DayBook(t.Context(), "web", at)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, book.Acted); diff != "" {
			t.Errorf("plans of %s (-want +got):\n%s", day, diff)
		}
	}
}
