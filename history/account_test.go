package history_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/history"
)

// gapped is a CSV of hourly counts from a time on, without those of the hours in
// [from, to).
func gapped(start time.Time, hours, from, to int) string {
	var b strings.Builder
	b.WriteString("ts,requests\n")
	for i := range hours {
		if i < from || i >= to {
			fmt.Fprintf(&b, "%s,%d\n", start.Add(time.Duration(i)*time.Hour).Format(time.RFC3339), 100+i%24)
		}
	}
	return b.String()
}

func merged(t *testing.T, csv string, d capacity.Demand, from, to time.Time) (history.Table, error) {
	t.Helper()
	rows, err := history.Read("load.csv", strings.NewReader(csv), int64(len(csv)), d, history.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return history.Merge([]history.Rows{rows}, from, to, history.Limits{})
}

// TestToSeries_AccountInTheZone: the account and its notes are on the wall clock of
// the demand, and say what a step without enough measurements is.
func TestToSeries_AccountInTheZone(t *testing.T) {
	start := time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC)
	for zone, want := range map[string][]string{
		"":                 {"2 Mar 2026 00:00 UTC to 12 Mar 2026 00:00 UTC", "no step from 4 Mar 2026 02:00 UTC to 4 Mar 2026 12:00 UTC has"},
		"Europe/Berlin":    {"2 Mar 2026 01:00 CET to 12 Mar 2026 01:00 CET", "no step from 4 Mar 2026 03:00 CET to 4 Mar 2026 13:00 CET has"},
		"America/New_York": {"1 Mar 2026 19:00 EST to 11 Mar 2026 20:00 EDT", "no step from 3 Mar 2026 21:00 EST to 4 Mar 2026 07:00 EST has"},
	} {
		for how, share := range map[capacity.Aggregate]string{capacity.Sum: "half", capacity.Mean: "a tenth", capacity.Max: "a tenth"} {
			d := capacity.Demand{Time: "ts", Value: "requests", Step: time.Hour, Aggregate: how, Timezone: zone}
			table, err := merged(t, gapped(start, 240, 50, 60), d, time.Time{}, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			_, account, err := history.ToSeries(table, d)
			if err != nil {
				t.Fatal(err)
			}
			want := []string{want[0], want[1] + " measurements for at least " + share + " of its time (10h, the longest gap)"}
			if !strings.Contains(account.String(), want[0]) {
				t.Errorf("%s: got %q, want %q", zone, account, want[0])
			}
			if got := strings.Join(account.Notes, "\n"); !strings.Contains(got, want[1]) || strings.Contains(got, "Z") {
				t.Errorf("%s: got notes %q, want %q", zone, got, want[1])
			}
		}
	}
}

// TestMerge_NothingInTheRange: an empty range is told with what there is, and what
// to check.
func TestMerge_NothingInTheRange(t *testing.T) {
	start := time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC)
	d := capacity.Demand{Time: "ts", Value: "requests", Step: time.Hour, Aggregate: capacity.Sum}
	later, none := start.Add(1000*time.Hour), time.Time{}
	for want, r := range map[string][2]time.Time{
		"nothing was measured from 2026-04-12T16:00:00Z to 2026-04-12T17:00:00Z: the measurements in 1 object are from 2026-03-02T00:00:00Z to 2026-03-02T09:00:00Z; check demand.source, demand.window or --as-of": {later, later.Add(time.Hour)},
		"nothing was measured from 2026-04-12T16:00:00Z on: ": {later, none},
		"nothing was measured before 2026-03-02T00:00:00Z: ":  {none, start},
	} {
		if _, err := merged(t, gapped(start, 10, 0, 0), d, r[0], r[1]); !errors.Is(err, capacity.ErrNoData) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	if _, err := merged(t, "ts,requests\n2026-03-02T00:00:00Z,\n", d, none, none); !errors.Is(err, capacity.ErrNoData) || !strings.Contains(err.Error(), "no measurement in 1 object (1 row without a value)") {
		t.Errorf("without values: got %v", err)
	}
}

// TestToSeries_StrayTime: rows far from all others are left out with a note in plain
// words, whether one or several.
func TestToSeries_StrayTime(t *testing.T) {
	start := time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC)
	d := capacity.Demand{Time: "ts", Value: "requests", Step: time.Hour, Aggregate: capacity.Sum, Timezone: "Asia/Tokyo"}
	for want, stray := range map[string]string{
		"left out 1 row from 1 Jan 2036 09:00 JST on: nothing else": "2036-01-01T00:00:00Z,5\n",
		"left out 2 rows up to 1 Jan 2016 10:00 JST: nothing else":  "2016-01-01T00:00:00Z,5\n2016-01-01T01:00:00Z,5\n",
	} {
		table, err := merged(t, gapped(start, 240, 0, 0)+stray, d, time.Time{}, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		if _, account, err := history.ToSeries(table, d); err != nil || !strings.Contains(strings.Join(account.Notes, "\n"), want) {
			t.Errorf("got notes %q (%v), want %q", account.Notes, err, want)
		}
	}
}
