package historytest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/history"
)

// Rows come in the order of time, whatever the order of objects and lines.
func order(t *testing.T, place Place) {
	fetchWant(t, place, map[string][]byte{
		"a.csv": csv(4, 40, 3, 30),
		"b.csv": csv(2, 20, 0, 0, 1, 10),
	}, points(0, 0, 1, 10, 2, 20, 3, 30, 4, 40), history.Summary{Objects: 2, Rows: 5})
}

// Of equal times the object whose key sorts last wins; inside an object a row may
// only be repeated.
func duplicates(t *testing.T, place Place) {
	fetchWant(t, place, map[string][]byte{
		"load/2.csv": csv(0, 2, 1, 21, 1, 21),
		"load/1.csv": csv(0, 1, 2, 30),
	}, points(0, 2, 1, 21, 2, 30), history.Summary{Objects: 2, Rows: 3, Replaced: 1, Counts: history.Counts{Repeated: 1}})
}

// Format and compression are told by content, not by name.
func formats(t *testing.T, place Place) {
	fetchWant(t, place, map[string][]byte{
		"a":         csv(0, 0),
		"b.gz":      csv(1, 1),
		"c.csv":     gz(t, csv(2, 2)),
		"d.csv":     zst(t, csv(3, 3)),
		"e.csv":     parquet(t, 4, 4),
		"f.parquet": gz(t, parquet(t, 5, 5)),
		"g.bin":     zst(t, parquet(t, 6, 6)),
	}, points(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6), history.Summary{Objects: 7, Rows: 7})
}

// A range is closed at its start and open at its end.
func ranges(t *testing.T, place Place) {
	source, address := place(t, map[string][]byte{"a.csv": csv(0, 0, 1, 10), "b.csv": csv(2, 20, 3, 30)})
	for name, c := range map[string]struct {
		from, to time.Time
		want     []point
	}{
		"both":     {hour(1), hour(3), points(1, 10, 2, 20)},
		"no end":   {hour(2), time.Time{}, points(2, 20, 3, 30)},
		"no start": {time.Time{}, hour(1), points(0, 0)},
		"one":      {hour(3), hour(3).Add(1), points(3, 30)},
	} {
		t.Run(name, func(t *testing.T) {
			table, err := source.Fetch(t.Context(), demand(address), c.from, c.to)
			if err != nil {
				t.Fatal(err)
			}
			defer table.Release()
			if diff := cmp.Diff(c.want, read(table)); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			if summary := table.Summary(); summary.Rows != len(c.want) || summary.Objects != 2 {
				t.Errorf("got %+v, want %d rows of 2 objects", summary, len(c.want))
			}
		})
	}
	_, err := source.Fetch(t.Context(), demand(address), hour(4), hour(9))
	wantError(t, err, capacity.ErrNoData, "2026-03-02T00:00:00Z", "2026-03-02T03:00:00Z")
}

// An empty value is a missing measurement, not a zero.
func gaps(t *testing.T, place Place) {
	fetchWant(t, place, map[string][]byte{
		"a.csv": []byte("time,value\n2026-03-02T00:00:00Z,1\n2026-03-02T01:00:00Z,\n2026-03-02T02:00:00Z,NaN\n2026-03-02T03:00:00Z,0\n"),
	}, points(0, 1, 3, 0), history.Summary{Objects: 1, Rows: 2, Counts: history.Counts{Empty: 2}})
}

// What writers leave beside their data is not read.
func ignored(t *testing.T, place Place) {
	fetchWant(t, place, map[string][]byte{
		"a.csv":                csv(0, 1),
		"part-2.csv":           nil,
		"part-3.csv":           []byte("time,value\n"),
		"part-4.csv.gz":        gz(t, nil),
		"_SUCCESS":             nil,
		"_temporary/0/b.csv":   []byte("half a fi"),
		"deep/.c.csv.part":     []byte("half a fi"),
		"deep/down/year=2026/": nil,
		"deep/d.csv":           csv(1, 2),
	}, points(0, 1, 1, 2), history.Summary{Objects: 5, Without: 3, Rows: 2})
}

// Keys may hold what S3 allows.
func oddKeys(t *testing.T, place Place) {
	fetchWant(t, place, map[string][]byte{
		"dt=2026-03-02/part 1+2.csv": csv(0, 1),
		"50%25/ü&?#.csv":             csv(1, 2),
	}, points(0, 1, 1, 2), history.Summary{Objects: 2, Rows: 2})
}

// More objects than are listed or fetched at once.
func many(t *testing.T, place Place) {
	const days, hours = 60, 24
	objects := map[string][]byte{}
	var want []point
	for d := range days {
		var cells []int
		for h := range hours {
			cells = append(cells, d*hours+h, d)
			want = append(want, point{hour(d*hours + h), float64(d)})
		}
		objects[fmt.Sprintf("day/%03d.csv.gz", d)] = gz(t, csv(cells...))
	}
	fetchWant(t, place, objects, want, history.Summary{Objects: days, Rows: days * hours})
}

// A place without data is no error of the place.
func empty(t *testing.T, place Place) {
	for name, objects := range map[string]map[string][]byte{
		"no objects":      nil,
		"nothing to read": {"_SUCCESS": []byte("ok")},
		"only a header":   {"a.csv": []byte("time,value\n")},
	} {
		t.Run(name, func(t *testing.T) {
			source, address := place(t, objects)
			_, err := source.Fetch(t.Context(), demand(address), time.Time{}, time.Time{})
			wantError(t, err, capacity.ErrNoData)
		})
	}
}

// One object that cannot be read fails the whole, and is named.
func broken(t *testing.T, place Place) {
	cut := gz(t, csv(0, 1, 1, 2, 2, 3))
	whole := parquet(t, 0, 1, 1, 2)
	for name, c := range map[string]struct {
		object []byte
		want   []string
	}{
		"column":        {[]byte("ts,value\n0,1\n"), []string{`"time"`, `"ts"`, "demand.time"}},
		"text":          {[]byte("time,value\n2026-03-02T00:00:00Z,many\n"), []string{"line 2", `"value"`, `"many"`}},
		"negative":      {csv(0, 1, 1, -2), []string{"line 3", `"value"`, "negative"}},
		"no zone":       {[]byte("time,value\n2026-03-02 00:00:00,1\n"), []string{"line 2", `"time"`, "demand.timezone"}},
		"cut gzip":      {cut[:len(cut)-9], []string{"cut off", "upload it again"}},
		"cut parquet":   {whole[:len(whole)/2], []string{"cut off", "upload it again"}},
		"parts differ":  {csv(0, 1, 0, 2), []string{"lines 2 and 3", "demand.across"}},
		"foreign":       {[]byte(`{"time": 0}`), []string{"JSON"}},
		"too few cells": {[]byte("time,value\n2026-03-02T00:00:00Z,1\n2026-03-0"), []string{"line 3"}},
	} {
		t.Run(name, func(t *testing.T) {
			source, address := place(t, map[string][]byte{"good.csv": csv(5, 5), "bad one.csv": c.object})
			table, err := source.Fetch(t.Context(), demand(address), time.Time{}, time.Time{})
			wantError(t, err, capacity.ErrBadData, append(c.want, "bad one.csv")...)
			if table.Rows() != 0 {
				t.Errorf("got %d rows beside an error, want none", table.Rows())
			}
		})
	}
}

func fetchWant(t *testing.T, place Place, objects map[string][]byte, want []point, summary history.Summary) {
	t.Helper()
	source, address := place(t, objects)
	table, err := source.Fetch(t.Context(), demand(address), time.Time{}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	defer table.Release()
	if diff := cmp.Diff(want, read(table)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	got := table.Summary()
	if got.Bytes == 0 {
		t.Error("got 0 bytes, want those of the objects")
	}
	got.Bytes, got.Example, got.ExampleAt = 0, "", time.Time{} // they depend on the place
	if diff := cmp.Diff(summary, got); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
}

func wantError(t *testing.T, err, want error, parts ...string) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got error %v, want %v", err, want)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("got error %q, want it to say %q", err, part)
		}
	}
}
