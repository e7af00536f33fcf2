package panel_test

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"headroom/capacity"
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
	Replaced int
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
		all = append(all, got{s.ID, s.Values, s.Step, string(s.AppendTime(nil, s.Len())), s.Replaced})
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
		"the later row wins":    {"unique_id,ds,y\na,2,1\na,1,5\na,2,2\na,2,3\n", panel.Settings{}, []got{{"a", []float64{5, 3}, time.Hour, "3", 2}}},
		"negative integers":     {"unique_id,ds,y\na,-1,5\na,0,6\n", panel.Settings{Step: time.Minute}, []got{{"a", []float64{5, 6}, time.Minute, "1", 0}}},
		"times in UTC":          {"unique_id,ds,y\na,2026-03-01T22:00:00Z,5\na,2026-03-01T23:00:00Z,6\n", panel.Settings{}, []got{{"a", []float64{5, 6}, time.Hour, "2026-03-02T00:00:00Z", 0}}},
		"times in a zone":       {"unique_id,ds,y\na,2026-03-01T22:00:00+02:00,5\na,2026-03-01T23:00:00+02:00,6\n", panel.Settings{}, []got{{"a", []float64{5, 6}, time.Hour, "2026-03-02T00:00:00+02:00", 0}}},
		"each its zone":         {"unique_id,ds,y\na,2026-03-01 22:00:00+02:00,5\na,2026-03-01 23:00:00+02:00,6\nb,2026-03-01 00:00:00+00:00,6\nb,2026-03-01 00:05:00+00:00,6\n", panel.Settings{}, []got{{"a", []float64{5, 6}, time.Hour, "2026-03-02 00:00:00+02:00", 0}, {"b", []float64{6, 6}, 5 * time.Minute, "2026-03-01 00:10:00+00:00", 0}}},
		"half seconds":          {"unique_id,ds,y\na,2026-03-01T22:00:00Z,5\na,2026-03-01T22:00:00.5Z,6\na,2026-03-01T22:00:01.5Z,6\n", panel.Settings{}, []got{{"a", []float64{5, 6, gap, 6}, time.Second / 2, "2026-03-01T22:00:02Z", 0}}},
		"wall clock":            {"unique_id,ds,y\na,2026-03-08 01:00:00,5\na,2026-03-08 03:00:00,6\n", panel.Settings{Zone: newYork}, []got{{"a", []float64{5, 6}, time.Hour, "2026-03-08 04:00:00", 0}}}, // 02:00 does not exist there
		"dates need no zone":    {"unique_id,ds,y\na,2026-03-07,5\na,2026-03-08,6\na,2026-03-09,7\n", panel.Settings{Zone: newYork}, []got{{"a", []float64{5, 6, 7}, 24 * time.Hour, "2026-03-10", 0}}},
		"dates by the hour":     {"unique_id,ds,y\na,2026-03-07,5\n", panel.Settings{Step: time.Hour}, []got{{"a", []float64{5}, time.Hour, "2026-03-07 01:00:00", 0}}},
		"uneven, step told":     {"unique_id,ds,y\na,2026-03-07T00:00:01Z,5\na,2026-03-07T00:04:58Z,6\na,2026-03-07T00:15:02Z,7\na,2026-03-07T00:16:00Z,8\n", panel.Settings{Step: 5 * time.Minute}, []got{{"a", []float64{5, 6, gap, 8}, 5 * time.Minute, "2026-03-07T00:20:01Z", 1}}},
		"one time, step unsure": {"unique_id,ds,y\na,2026-03-07T00:00:00Z,5\na,2026-03-07T00:00:00Z,6\n", panel.Settings{}, []got{{"a", []float64{6}, 0, "2026-03-07T00:00:00Z", 1}}},
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
		"empty":             {"", "read f.csv: it is empty, its first line must be unique_id,ds,y", capacity.ErrNoData},
		"header only":       {"unique_id,ds,y\n", "read f.csv: it has a header and no rows", capacity.ErrNoData},
		"a column less":     {"unique_id,ds,value\na,1,5\n", `f.csv, line 1: the header is "unique_id,ds,value", name one column unique_id, one ds and one y`, capacity.ErrBadData},
		"a column twice":    {"unique_id,ds,y,y\na,1,5,6\n", `f.csv, line 1: the header is "unique_id,ds,y,y"`, capacity.ErrBadData},
		"bad number":        {"unique_id,ds,y\na,1,5\na,2,\"1,5\"\n", `f.csv, line 3: y is "1,5", write a number, or nothing for a gap`, capacity.ErrBadData},
		"infinite":          {"unique_id,ds,y\na,1,+Inf\n", `f.csv, line 2: y is "+Inf", write a finite number`, capacity.ErrBadData},
		"too large":         {"unique_id,ds,y\na,1,1e999\n", `f.csv, line 2: y is "1e999", write a number`, capacity.ErrBadData},
		"negative":          {"unique_id,ds,y\na,1,-1\n", `f.csv, line 2: y is "-1", but demand is never negative`, capacity.ErrBadData},
		"line after quotes": {"unique_id,ds,y\n\"a\nb\",1,5\n\"a\nb\",2,x\n", `f.csv, line 5: y is "x"`, capacity.ErrBadData},
		"no time":           {"unique_id,ds,y\na,yesterday,5\n", `f.csv, line 2: ds is "yesterday", write times as`, capacity.ErrBadData},
		"another form":      {"unique_id,ds,y\na,2026-03-01,5\na,1,5\n", `f.csv, line 3: ds is "1", but the rows before have the form 2006-01-02`, capacity.ErrBadData},
		"not an integer":    {"unique_id,ds,y\na,1,5\na,2.5,5\n", `f.csv, line 3: ds is "2.5", but the rows before have integers`, capacity.ErrBadData},
		"Unix time":         {"unique_id,ds,y\na,1700000000,5\n", `f.csv, line 2: ds is "1700000000", but it is too large to count steps of 1h0m0s`, capacity.ErrBadData},
		"another century":   {"unique_id,ds,y\na,1026-03-01,5\n", `f.csv, line 2: ds is "1026-03-01", but its year is not within`, capacity.ErrBadData},
		"a field less":      {"unique_id,ds,y\na,1\n", "f.csv, line 2: the row has 2 fields and the header asks for 3", capacity.ErrBadData},
		"comes back":        {"unique_id,ds,y\na,1,5\nb,1,5\na,2,6\n", `f.csv, line 4: series "a" comes back after another one, sort the file by unique_id`, capacity.ErrBadData},
		"uneven":            {"unique_id,ds,y\na,2026-03-01T00:00:00Z,5\na,2026-03-01T00:02:00Z,5\na,2026-03-01T00:05:00Z,5\n", `f.csv, line 4: series "a" has steps of 2m0s, and this row is 1m0s past one`, capacity.ErrBadData},
		"sparse":            {"unique_id,ds,y\na,1,5\na,200000,5\n", `f.csv, line 2: the 2 rows of series "a" spread over 200000 steps of 1h0m0s, number the steps one by one`, capacity.ErrBadData},
		"open quote":        {"unique_id,ds,y\n\"a,1,5\na,2,6\n", "a quote is opened and never closed", capacity.ErrBadData},
		"stray quote":       {"unique_id,ds,y\na\"b\",1,5\n", "f.csv, line 2: a quote stands inside a field", capacity.ErrBadData},
		"text after quote":  {"unique_id,ds,y\n\"a\"b,1,5\n", "f.csv, line 2: a quote stands inside a field", capacity.ErrBadData},
		"huge field":        {"unique_id,ds,y\n" + strings.Repeat("a", 2<<20) + ",1,5\n", "f.csv, line 2: the record is longer than 1048576 bytes", capacity.ErrBadData},
		"huge quotes":       {"unique_id,ds,y\n\"" + strings.Repeat("a\n", 1<<20) + "\",1,5\n", "the record is longer than 1048576 bytes", capacity.ErrBadData},
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

func TestSeries_Unusable(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want string
	}{
		"usable":        {"a,1,5\n", ""},
		"all gaps":      {"a,1,\na,2,NaN\n", "no row has a number in y, check the source"},
		"no step known": {"a,2026-03-01T00:00:00Z,5\n", "its only time is 2026-03-01T00:00:00Z, tell the step by --step"},
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
