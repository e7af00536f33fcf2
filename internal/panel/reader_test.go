package panel_test

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"headroom/capacity"
	"headroom/history"
	"headroom/internal/panel"
)

func ExampleReader() {
	in := strings.NewReader("unique_id,ds,y\nweb,2026-03-01,5\nweb,2026-03-02,7\nweb,2026-03-04,6\n")
	s, err := panel.NewReader(in, panel.Settings{}).Next()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.ID, s.Step, s.Values, string(s.AppendTime(nil, s.Len())))
	// Output: web 24h0m0s [5 7 NaN 6] 2026-03-05
}

// got is what a test compares of a series.
type got struct {
	ID       string
	Values   []float64
	Step     time.Duration
	Next     string // ds of the step after the last
	Repeated int
}

func mustRead(tb testing.TB, text string, settings panel.Settings) []got {
	tb.Helper()
	var all []got
	r := panel.NewReader(strings.NewReader(text), settings)
	for {
		s, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, got{s.ID, s.Values, s.Step, string(s.AppendTime(nil, s.Len())), s.Load.Repeated})
	}
}

func TestReader(t *testing.T) {
	gap := math.NaN()
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		text     string
		settings panel.Settings
		want     []got
	}{
		"two series":            {"unique_id,ds,y\na,1,5\na,2,6\nb,7,1.5\n", panel.Settings{}, []got{{"a", []float64{5, 6}, time.Hour, "3", 0}, {"b", []float64{1.5}, time.Hour, "8", 0}}},
		"any column order":      {"y,note, ds,unique_id\n5,x,1,a\n6,,2,a\n", panel.Settings{}, []got{{"a", []float64{5, 6}, time.Hour, "3", 0}}},
		"no last line end":      {"unique_id,ds,y\na,1,5", panel.Settings{}, []got{{"a", []float64{5}, time.Hour, "2", 0}}},
		"carriage returns":      {"unique_id,ds,y\r\na,1,5\r\n\r\na,2,6\r\n", panel.Settings{}, []got{{"a", []float64{5, 6}, time.Hour, "3", 0}}},
		"byte order mark":       {"\ufeff\"unique_id\",ds,y\na,1,5\n", panel.Settings{}, []got{{"a", []float64{5}, time.Hour, "2", 0}}},
		"quotes":                {"unique_id,ds,y\n\"a, \"\"b\"\"\nc\",\"1\",\"5\"\n", panel.Settings{}, []got{{"a, \"b\"\nc", []float64{5}, time.Hour, "2", 0}}},
		"empty quotes":          {"unique_id,ds,y\n\"\",1,\"\"\n\"\",2,5\n", panel.Settings{}, []got{{"", []float64{gap, 5}, time.Hour, "3", 0}}},
		"gaps":                  {"unique_id,ds,y\na,1,\na,2,NaN\na,3, nan \na,4,NA\na,6,5\na,7,\n", panel.Settings{}, []got{{"a", []float64{gap, gap, gap, gap, gap, 5, gap}, time.Hour, "8", 0}}},
		"rows in any order":     {"unique_id,ds,y\na,3,7\na,1,5\na,2,6\n", panel.Settings{}, []got{{"a", []float64{5, 6, 7}, time.Hour, "4", 0}}},
		"repeated rows":         {"unique_id,ds,y\na,2,3\na,1,5\na,2,3\na,2,3\n", panel.Settings{}, []got{{"a", []float64{5, 3}, time.Hour, "3", 2}}},
		"negative integers":     {"unique_id,ds,y\na,-1,5\na,0,6\n", panel.Settings{Step: time.Minute}, []got{{"a", []float64{5, 6}, time.Minute, "1", 0}}},
		"times in UTC":          {"unique_id,ds,y\na,2026-03-01T22:00:00Z,5\na,2026-03-01T23:00:00Z,6\n", panel.Settings{}, []got{{"a", []float64{5, 6}, time.Hour, "2026-03-02T00:00:00Z", 0}}},
		"times in a zone":       {"unique_id,ds,y\na,2026-03-01T22:00:00+02:00,5\na,2026-03-01T23:00:00+02:00,6\n", panel.Settings{}, []got{{"a", []float64{5, 6}, time.Hour, "2026-03-02T00:00:00+02:00", 0}}},
		"each its zone":         {"unique_id,ds,y\na,2026-03-01 22:00:00+02:00,5\na,2026-03-01 23:00:00+02:00,6\nb,2026-03-01 00:00:00+00:00,6\nb,2026-03-01 00:05:00+00:00,6\n", panel.Settings{}, []got{{"a", []float64{5, 6}, time.Hour, "2026-03-02 00:00:00+02:00", 0}, {"b", []float64{6, 6}, 5 * time.Minute, "2026-03-01 00:10:00+00:00", 0}}},
		"half seconds":          {"unique_id,ds,y\na,2026-03-01T22:00:00Z,5\na,2026-03-01T22:00:00.5Z,6\na,2026-03-01T22:00:01.5Z,6\n", panel.Settings{}, []got{{"a", []float64{5, 6, gap, 6}, time.Second / 2, "2026-03-01T22:00:02Z", 0}}},
		"wall clock":            {"unique_id,ds,y\na,2026-03-08 01:00:00,5\na,2026-03-08 03:00:00,6\n", panel.Settings{Zone: newYork}, []got{{"a", []float64{5, 6}, time.Hour, "2026-03-08 04:00:00", 0}}}, // 02:00 does not exist there
		"dates need no zone":    {"unique_id,ds,y\na,2026-03-07,5\na,2026-03-08,6\na,2026-03-09,7\n", panel.Settings{Zone: newYork}, []got{{"a", []float64{5, 6, 7}, 24 * time.Hour, "2026-03-10", 0}}},
		"dates by the hour":     {"unique_id,ds,y\na,2026-03-07,5\n", panel.Settings{Step: time.Hour}, []got{{"a", []float64{5}, time.Hour, "2026-03-07 01:00:00", 0}}},
		"uneven, step told":     {"unique_id,ds,y\na,2026-03-07T00:00:01Z,5\na,2026-03-07T00:04:58Z,6\na,2026-03-07T00:15:02Z,7\n", panel.Settings{Step: 5 * time.Minute}, []got{{"a", []float64{5, 6, gap, 7}, 5 * time.Minute, "2026-03-07T00:20:01Z", 0}}},
		"one time, step unsure": {"unique_id,ds,y\na,2026-03-07T00:00:00Z,5\na,2026-03-07T00:00:00Z,6\n", panel.Settings{Across: capacity.Max}, []got{{"a", []float64{6}, 0, "2026-03-07T00:00:00Z", 0}}},
		"series that alternate": {"unique_id,ds,y\na,1,5\nb,1,7\na,2,6\nb,2,8\n", panel.Settings{}, []got{{"a", []float64{5, 6}, time.Hour, "3", 0}, {"b", []float64{7, 8}, time.Hour, "3", 0}}},
		"wide":                  {"timestamp;web;api\n2026-03-01 22:00;5;1,5\n2026-03-01 23:00;6;2\n", panel.Settings{}, []got{{"web", []float64{5, 6}, time.Hour, "2026-03-02T00:00:00Z", 0}, {"api", []float64{1.5, 2}, time.Hour, "2026-03-02T00:00:00Z", 0}}},
		"named columns":         {"when,pod,rps,cpu\n1,a,5,x\n1,b,2,y\n2,a,6,z\n", panel.Settings{Layout: history.Layout{Time: "when", ID: "pod", Values: []string{"rps"}}}, []got{{"a", []float64{5, 6}, time.Hour, "3", 0}, {"b", []float64{2}, time.Hour, "2", 0}}},
		"pods added up":         {"timestamp,rps\n1,5\n1,2\n2,6\n2,4\n", panel.Settings{Across: capacity.Sum}, []got{{"rps", []float64{7, 10}, time.Hour, "3", 0}}},
		"hour and load":         {"hour,load\n0,5\n1,6\n", panel.Settings{}, []got{{"load", []float64{5, 6}, time.Hour, "2", 0}}},
		"a format of its own":   {"unique_id,ds,y\na,03/07/2026 01:00 PM,5\na,03/07/2026 02:00 PM,6\n", panel.Settings{TimeFormat: "%m/%d/%Y %I:%M %p"}, []got{{"a", []float64{5, 6}, time.Hour, "2026-03-07T15:00:00Z", 0}}},
		"made into steps":       {"unique_id,ds,y\n" + fives(0, 12) + tens(12, 24), panel.Settings{Aggregate: capacity.Sum, Step: 10 * time.Minute}, []got{{"a", slices.Repeat([]float64{10}, 18), 10 * time.Minute, "2026-03-07T03:00:00Z", 0}}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, mustRead(t, test.text, test.settings), cmpopts.EquateNaNs()); diff != "" {
				t.Errorf("series (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReader_Faults(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want string
		is   error
	}{
		"empty":             {"", `read "f.csv": it is empty`, capacity.ErrNoData},
		"header only":       {"unique_id,ds,y\n", `read "f.csv": it has a header and no rows`, capacity.ErrNoData},
		"texts":             {"unique_id,ds,value\na,1,5\n", `the columns are "unique_id", "ds", "value", and "unique_id" holds no numbers; name them by --time and --value, and by --id`, capacity.ErrBadData},
		"a column twice":    {"unique_id,ds,y,y\na,1,5,6\n", `there are two columns "y"`, capacity.ErrBadData},
		"bad number":        {"unique_id,ds,y\na,1,5\na,2,\"1,500\"\n", `line 3, column "y": "1,500" can be read as a fraction or as thousands; say which by demand.decimal (--decimal)`, capacity.ErrBadData},
		"too large":         {"unique_id,ds,y\na,1,1e999\n", `line 2, column "y": "1e999" is out of range`, capacity.ErrBadData},
		"negative":          {"unique_id,ds,y\na,1,-1\n", `line 2, column "y": the load -1 is negative`, capacity.ErrBadData},
		"line after quotes": {"unique_id,ds,y\n\"a\nb\",1,5\n\"a\nb\",2,x\n", `line 4, column "y": "x" is not a number`, capacity.ErrBadData},
		"no time":           {"unique_id,ds,y\na,yesterday,5\n", `line 2, column "ds": "yesterday" is not a time`, capacity.ErrBadData},
		"another century":   {"unique_id,ds,y\na,1826-03-01,5\n", `line 2: the year 1826 is not within`, capacity.ErrBadData},
		"a field less":      {"unique_id,ds,y\na,1\n", `line 2: it has 2 fields, and the header has 3`, capacity.ErrBadData},
		"open quote":        {"unique_id,ds,y\n\"a,1,5\na,2,6\n", "a quote is opened and never closed", capacity.ErrBadData},
		"stray quote":       {"unique_id,ds,y\na\"b\",1,5\n", "line 2: a quote stands inside a field", capacity.ErrBadData},
		"text after quote":  {"unique_id,ds,y\n\"a\"b,1,5\n", "line 2: a quote stands inside a field", capacity.ErrBadData},
		"huge field":        {"unique_id,ds,y\n" + strings.Repeat("a", 2<<20) + ",1,5\n", "line 2: the record is longer than 1048576 bytes", capacity.ErrBadData},
		"huge quotes":       {"unique_id,ds,y\n\"" + strings.Repeat("a\n", 1<<20) + "\",1,5\n", "the record is longer than 1048576 bytes", capacity.ErrBadData},
		"comes back":        {"unique_id,ds,y\na,1,5\n" + strings.Repeat("b,1,5\n", 2100) + "a,2,6\n", `line 2103: series "a" comes back after another one`, capacity.ErrBadData},
	} {
		t.Run(name, func(t *testing.T) {
			r := panel.NewReader(strings.NewReader(test.text), panel.Settings{Name: "f.csv"})
			var err error
			for range 3 { // no file here has as many series
				if _, err = r.Next(); err != nil {
					break
				}
			}
			if err == nil || !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v, want %v with …%s…", err, test.is, test.want)
			}
			if _, again := r.Next(); !errors.Is(again, err) {
				t.Errorf("afterwards: got %v, want the same error", again)
			}
		})
	}
}

// fives are rows of 5 every five minutes, from and to in steps of these.
func fives(from, to int) string { return rows(from, to, 1, 5) }

// tens are rows of 10 every ten minutes.
func tens(from, to int) string { return rows(from, to, 2, 10) }

func rows(from, to, each int, y float64) string {
	var b strings.Builder
	for i := range to - from {
		at := time.Date(2026, 3, 7, 0, 0, 0, 0, time.UTC).Add(time.Duration(from+i*each) * 5 * time.Minute)
		fmt.Fprintf(&b, "a,%s,%v\n", at.Format(time.RFC3339), y)
	}
	return b.String()
}

func TestSeries_Unusable(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want string
	}{
		"usable":        {"a,1,5\n", ""},
		"uneven":        {"a,2026-03-01T00:00:00Z,5\na,2026-03-01T00:02:00Z,5\na,2026-03-01T00:05:00Z,5\n", "its rows are not equally far apart: it has steps of 2m, and the row at 2026-03-01T00:05:00Z does not fit; say by --aggregate whether the values are counts (sum) or rates (mean), and the step by --step"},
		"pods":          {"a,1,5\na,1,6\n", `read "a": lines 2 and 3: both measure 1970-01-01T01:00:00Z, and differ (5 and 6), as do others: 2 rows share 1 times; added up the object comes to 11, averaged to 5.5: say how they go together by demand.across (--across), sum if they are parts of one load such as pods, zones or hosts, or mean or max; or remove those that are wrong: unreadable data`},
		"sparse":        {"a,1,5\na,200000,5\n", "the 2 rows spread over 200000 steps of 1h, give the true step by --step"},
		"another form":  {"a,2026-03-01,5\na,1,5\n", "the 2 rows spread over 492312 steps of 1h, give the true step by --step"},
		"two intervals": {fives(0, 12) + tens(12, 24), "the interval between its rows changes (every 5m, then 10m); say by --aggregate whether the values are counts (sum) or rates (mean), and the step by --step"},
		"all gaps":      {"a,1,\na,2,NaN\n", "no row has a number, check the source"},
		"no step known": {"a,2026-03-01T00:00:00Z,5\n", "its only time is 2026-03-01T00:00:00Z, give the step by --step"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := panel.NewReader(strings.NewReader("unique_id,ds,y\n"+test.text), panel.Settings{}).Next()
			if err != nil {
				t.Fatal(err)
			}
			if got := s.Unusable(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// BenchmarkReader reads 1000 series of 700 rows.
func BenchmarkReader(b *testing.B) {
	for name, ds := range map[string]func(i int) string{
		"integers": func(i int) string { return fmt.Sprint(i) },
		"times":    func(i int) string { return time.Unix(int64(i)*3600, 0).UTC().Format(time.RFC3339) },
	} {
		b.Run(name, func(b *testing.B) {
			var text strings.Builder
			text.WriteString("unique_id,ds,y\n")
			for i := range 700_000 {
				fmt.Fprintf(&text, "series-%d,%s,%.3f\n", i/700, ds(i%700), 100+math.Sin(float64(i)))
			}
			b.SetBytes(int64(text.Len()))
			for b.Loop() {
				r := panel.NewReader(strings.NewReader(text.String()), panel.Settings{})
				for {
					if _, err := r.Next(); errors.Is(err, io.EOF) {
						break
					} else if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
