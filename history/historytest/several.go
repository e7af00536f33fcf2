package historytest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/history"
)

// Several who ask for columns of the same place get what each would get alone,
// and what is wrong with one column is no error of the others.
func several(t *testing.T, place Place) {
	source, address := place(t, map[string][]byte{
		"a.csv":     []byte("time,value,other,broken\n2026-03-02T00:00:00Z,1,,7\n2026-03-02T01:00:00Z,2,20,-1\n"),
		"b.csv":     gz(t, []byte("time;broken;other;value\n2026-03-02T02:00:00Z;5;30;3\n2026-03-02T03:00:00Z;5;40;4\n")),
		"c.parquet": parquet(t, 4, 5),
	})
	ask := func(value string, from, to int) history.Ask {
		d := demand(address)
		d.Value = value
		return history.Ask{Demand: d, From: hour(from), To: hour(to)}
	}
	asks := []history.Ask{ask("value", 0, 9), ask("broken", 0, 9), ask("value", 1, 4), ask("other", 0, 9), ask("value", 7, 9)}
	all := history.FetchEach(t.Context(), source, asks)
	if len(all) != len(asks) {
		t.Fatalf("got %d answers to %d asks", len(all), len(asks))
	}
	for i, want := range [][]point{points(0, 1, 1, 2, 2, 3, 3, 4, 4, 5), nil, points(1, 2, 2, 3, 3, 4), nil, nil} {
		got := all[i]
		alone, err := source.Fetch(t.Context(), asks[i].Demand, asks[i].From, asks[i].To)
		if diff := cmp.Diff(text(err), text(got.Err)); diff != "" {
			t.Errorf("ask %d: error (-alone +together):\n%s", i, diff)
		}
		if diff := cmp.Diff(alone.Summary(), got.Table.Summary()); diff != "" {
			t.Errorf("ask %d: summary (-alone +together):\n%s", i, diff)
		}
		if want == nil {
			continue
		}
		if err != nil || got.Err != nil {
			t.Fatalf("ask %d: got %v, and alone %v", i, got.Err, err)
		}
		if diff := cmp.Diff(want, read(got.Table)); diff != "" {
			t.Errorf("ask %d: rows (-want +got):\n%s", i, diff)
		}
		alone.Release()
		got.Table.Release()
	}
	wantError(t, all[1].Err, capacity.ErrBadData, "a.csv", "line 3", "broken")
	wantError(t, all[3].Err, capacity.ErrBadData, "c.parquet", "other")
	wantError(t, all[4].Err, capacity.ErrNoData)
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
