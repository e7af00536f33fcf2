package history_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/history"
)

var demand = capacity.Demand{Time: "time", Value: "value", Aggregate: capacity.Sum, Step: time.Hour}

// shanghai reads times without a zone eight hours east of UTC.
var shanghai = capacity.Demand{Time: "time", Value: "value", Timezone: "Asia/Shanghai", ZoneGiven: true}

func TestRead_Times(t *testing.T) {
	const noon = "2026-03-02T12:00:00Z"
	for text, want := range map[string]string{
		noon:                             noon,
		"2026-03-02T20:00:00+08:00":      noon,
		"2026-03-02T12:00:00.123456789Z": "2026-03-02T12:00:00.123456789Z",
		"2026-03-02 12:00:00Z":           noon,
		"2026-03-02 12:00:00 UTC":        noon,
		"2026-03-02 20:00:00+0800":       noon,
		"2026-03-02 20:00:00.5 +08":      "2026-03-02T12:00:00.5Z",
		"2026-03-02 06:30:00-05:30":      noon,
		"2026-03-02T12:00Z":              noon,
		" 2026-03-02T12:00:00Z ":         noon,
		"2026-03-02T20:00":               noon, // from here on the zone is Shanghai's
		"2026-03-02 20:00:00":            noon,
		"2026-03-02 20:00:00.25":         "2026-03-02T12:00:00.25Z",
		"2026-03-02":                     "2026-03-01T16:00:00Z",
		"1772452800":                     noon, // date -d 2026-03-02T12:00Z +%s
		"1772452800.000000001":           "2026-03-02T12:00:00.000000001Z",
		"1.7724528e9":                    noon,
		"1772452800000":                  noon,
		"1772452800000.5":                "2026-03-02T12:00:00.0005Z",
		"1772452800000000":               noon,
		"1772452800000000000":            noon,
		"-1.5":                           "1969-12-31T23:59:58.5Z",
		"0":                              "1970-01-01T00:00:00Z",
	} {
		table := mustTable(t, shanghai, "time,value\n"+text+",1\n")
		if got := table.From().Format(time.RFC3339Nano); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

func TestRead_BadTimes(t *testing.T) {
	for text, want := range map[string]string{
		"2026-03-02T20:00":          "demand.timezone",
		"2026-03-02":                "demand.timezone",
		"2026-13-02T20:00Z":         "not a time",
		"2026-02-30 20:00:00Z":      "not a time",
		"2026-03-02 20:00:00+25:00": "not a time",
		"2026-03-02x20:00:00Z":      "not a time",
		"03/02/2026":                "not a time",
		"noon":                      "not a time",
		"NaN":                       "out of range",
		"0x10":                      "not a time",
		"20260302":                  "looks like a date",
		"202603021200":              "looks like a date",
		"9999999999":                "out of range", // the year 2286 in seconds
		"0001-01-01T00:00:00Z":      "out of range",
	} {
		_, err := history.Read("a.csv", strings.NewReader("time,value\n"+text+",1\n"), 0, demand, history.Limits{})
		wantBad(t, err, `"a.csv"`, "line 2", `"time"`, want)
	}
}

func TestRead_Values(t *testing.T) {
	got := mustTable(t, demand, "time,value\n0,12\n1, 1.5 \n2,1e3\n3,\n4,nan\n5,-0\n6,N/A\n7,+Inf\n8,-\n9,\"1,5\"\n,\n")
	want := []float64{12, 1.5, 1000, 0, 1.5}
	if diff := cmp.Diff(want, values(got)); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	for text, want := range map[string]string{
		"-1": "negative", "1e999": "out of range",
		"many": "not a number", "0x1p4": "not a number", `"1,500"`: "demand.decimal", "12%": "not a number",
	} {
		_, err := history.Read("a.csv", strings.NewReader("time,value\n0,1\n1,"+text+"\n"), 0, demand, history.Limits{})
		wantBad(t, err, `"a.csv"`, "line 3", `"value"`, want)
	}
}

func TestRead_Layouts(t *testing.T) {
	for name, text := range map[string]string{
		"plain":            "time,value\n0,1\n1,2\n",
		"no last newline":  "time,value\n0,1\n1,2",
		"BOM and CRLF":     "\ufefftime,value\r\n0,1\r\n1,2\r\n",
		"other order":      "host,value,x,time\na,1,,0\nb,2,,1\n",
		"semicolons":       "time;value\n0;1\n1;2\n",
		"tabs":             "time\tvalue\n0\t1\n1\t2\n",
		"quotes and space": "\"time\", value\n\"0\",1\n\"1\",\"2\"\n",
		"empty lines":      "time,value\n\n0,1\n\n1,2\n\n",
		"two-line cell":    "note,time,value\n\"a\nb\",0,1\n,1,2\n",
	} {
		if diff := cmp.Diff([]float64{1, 2}, values(mustTable(t, demand, text))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestRead_BadObjects(t *testing.T) {
	bomb := gzipped(t, bytes.Repeat([]byte("\n"), 1<<20))
	for name, c := range map[string]struct {
		data   string
		limits history.Limits
		want   string
	}{
		"only a BOM":     {"\ufeff", history.Limits{}, "no header"},
		"gzip magic":     {"\x1f\x8b", history.Limits{}, "cut off"},
		"zstd magic":     {"\x28\xb5\x2f\xfd", history.Limits{}, "upload it again"},
		"parquet magic":  {"PAR1", history.Limits{}, "upload it again"},
		"too large":      {"time,value\n0,1\n", history.Limits{Unpacked: 3}, "split it"},
		"bomb":           {string(bomb), history.Limits{Unpacked: 1 << 19}, "split it"},
		"expansion":      {string(gzipped(t, bytes.Repeat([]byte("\n"), 70<<20))), history.Limits{}, "100 times its size"},
		"long record":    {"time,value\n0,\"" + strings.Repeat("1", 1<<20) + "\"\n", history.Limits{}, "longer than 1048576 bytes"},
		"too many rows":  {"time,value\n0,1\n1,1\n2,1\n", history.Limits{Rows: 2}, "split the object"},
		"columns":        {"a,b\n0,1\n", history.Limits{}, `the columns are "a", "b"; correct demand.time`},
		"one column":     {"root:x:0:0:root:/root:/bin/sh\n1\n", history.Limits{}, `there is no column "time", its first line names one column only; correct`},
		"no names":       {"a\x1b[2J,b\n0,1\n", history.Limits{}, "its first line does not name columns"},
		"long names":     {strings.Repeat("a", 65) + ",b\n0,1\n", history.Limits{}, "its first line does not name columns"},
		"column twice":   {"time,value,value\n0,1,2\n", history.Limits{}, "two columns"},
		"quote":          {"time,value\n0,\"1\n", history.Limits{}, "line 2"},
		"value, no time": {"time,value\n,1\n", history.Limits{}, "no time"},
		"too many cells": {"time,value\n0,1,2\n", history.Limits{}, "3 fields, and the header has 2"},
		"UTF-16":         {"\xff\xfet\x00", history.Limits{}, "UTF-16"},
		"Excel":          {"PK\x03\x04", history.Limits{}, "Excel"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := history.Read("load/a.csv", strings.NewReader(c.data), int64(len(c.data)), demand, c.limits)
			wantBad(t, err, `"load/a.csv"`, c.want)
		})
	}
	_, err := history.Read("a.csv", strings.NewReader("value\n0\n"), 0, capacity.Demand{Time: "value", Value: "value"}, history.Limits{})
	wantBad(t, err, "both name")
	_, err = history.Read("a.csv", strings.NewReader("time,value\n"), 0, capacity.Demand{ZoneGiven: true, Timezone: "Mars/Olympus"}, history.Limits{})
	if !errors.Is(err, capacity.ErrBadPolicy) {
		t.Errorf("got error %v, want %v", err, capacity.ErrBadPolicy)
	}
}

func gzipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// mustTable makes a table of CSV objects.
func mustTable(t testing.TB, d capacity.Demand, objects ...string) history.Table {
	t.Helper()
	var parts []history.Rows
	for _, text := range objects {
		rows, err := history.Read("a.csv", strings.NewReader(text), 0, d, history.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, rows)
	}
	table, err := history.Merge(parts, time.Time{}, time.Time{}, history.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(table.Release)
	return table
}

func values(table history.Table) []float64 {
	var out []float64
	for i := range table.Rows() {
		out = append(out, table.Value(i))
	}
	return out
}

func wantBad(t *testing.T, err error, parts ...string) {
	t.Helper()
	if !errors.Is(err, capacity.ErrBadData) {
		t.Fatalf("got error %v, want %v", err, capacity.ErrBadData)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("got error %q, want it to say %q", err, part)
		}
	}
}
