package history_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/history"
)

func TestEncode(t *testing.T) {
	table := mustTable(t, demand, "time,value\n2026-03-02T00:00:00.000000001Z,1e308\n2026-03-02T00:00:00.000000002Z,0\n2030-01-01T00:00Z,0.1\n")
	data := mustEncode(t, table)
	got, err := history.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Release()
	if diff := cmp.Diff(values(table), values(got)); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	for i := range table.Rows() {
		if !got.Time(i).Equal(table.Time(i)) {
			t.Errorf("row %d: got %v, want %v", i, got.Time(i), table.Time(i))
		}
	}
	if again := mustEncode(t, got); !bytes.Equal(again, data) {
		t.Error("the same table gives other bytes after a round trip")
	}
}

// Stored under its hash, a table must not depend on the order in which its objects
// were read.
func TestEncode_SameTableSameBytes(t *testing.T) {
	whole := mustTable(t, demand, minutes(every(1, 0, 2000, 7)...), minutes(every(1, 1500, 3000, 7)...))
	parts := mustTable(t, demand, minutes(every(1, 1500, 3000, 7)...), minutes(every(1, 0, 2000, 7)...))
	if !bytes.Equal(mustEncode(t, whole), mustEncode(t, parts)) {
		t.Error("got different bytes for the same table")
	}
}

func TestEncode_NoRows(t *testing.T) {
	if _, err := history.Encode(history.Table{}); !errors.Is(err, capacity.ErrNoData) {
		t.Errorf("got error %v, want %v", err, capacity.ErrNoData)
	}
}

// Damage of any kind is an error or goes unnoticed; it never ends the process.
func TestDecode_Damaged(t *testing.T) {
	data := mustEncode(t, mustTable(t, demand, minutes(every(1, 0, 3000, 7)...)))
	random := rand.New(rand.NewPCG(1, 2))
	refused := 0
	for range 400 {
		bad := bytes.Clone(data)
		switch at := random.IntN(len(bad)); random.IntN(3) {
		case 0:
			bad = bad[:at]
		case 1:
			bad[at] ^= 1 << random.IntN(8)
		default:
			for i := at; i < min(at+32, len(bad)); i++ {
				bad[i] = byte(random.IntN(256))
			}
		}
		table, err := history.Decode(bad)
		switch {
		case err == nil:
			table.Release()
		case !errors.Is(err, capacity.ErrBadData):
			t.Fatalf("got error %v, want %v", err, capacity.ErrBadData)
		default:
			refused++
		}
	}
	if refused < 200 {
		t.Errorf("only %d of 400 damaged tables were refused", refused)
	}
}

func TestDecode_OtherBytes(t *testing.T) {
	for _, data := range []string{"", "PAR1", "time,value\n0,1\n", strings.Repeat("PAR1", 100)} {
		_, err := history.Decode([]byte(data))
		wantBad(t, err)
	}
}

func TestMerge(t *testing.T) {
	read := func(name, text string) history.Rows {
		text = strings.ReplaceAll(text, "h,", ":00Z,")
		text = strings.ReplaceAll(text, "\n0", "\n2026-03-01T0")
		rows, err := history.Read(name, strings.NewReader(text), int64(len(text)), demand, history.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	old := read("2026-03-01.csv", "time,value\n01h,1\n02h,1\n02h,1\n")
	corrected := read("2026-03-01b.csv", "time,value\n03h,5\n02h,5\n04h,\n")
	for name, parts := range map[string][]history.Rows{"in order": {old, corrected}, "the other way": {corrected, old}} {
		table, err := history.Merge(parts, time.Time{}, time.Time{}, history.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]float64{1, 5, 5}, values(table)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		want := history.Summary{
			Objects: 2, Bytes: 2*11 + 6*20 - 1, Rows: 3, Replaced: 1, Counts: history.Counts{Empty: 1, Repeated: 1},
			Example: "2026-03-01.csv and 2026-03-01b.csv", ExampleAt: time.Date(2026, time.March, 1, 2, 0, 0, 0, time.UTC),
		} // counted by hand
		if diff := cmp.Diff(want, table.Summary()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if got := fmt.Sprint(table.From().Hour(), table.To().Hour()); got != "1 3" {
			t.Errorf("%s: got from and to %s, want 1 3", name, got)
		}
		table.Release()
	}
}

func mustEncode(t testing.TB, table history.Table) []byte {
	t.Helper()
	data, err := history.Encode(table)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
