package history_test

import (
	"bytes"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"headroom/capacity"
	"headroom/history"
)

// small limits keep a fuzzing run from being about memory.
var small = history.Limits{Unpacked: 16 << 20, Rows: 1 << 16}

func FuzzRead(f *testing.F) {
	csv := []byte("time,value\n2026-03-02T00:00:00Z,1\n1772452800,2.5\n2026-03-02 01:00,\n")
	parquet := parquetOf(f, arrow.FixedWidthTypes.Timestamp_ms, arrow.BinaryTypes.String, false, nil, [2]string{`["2026-03-02 12:00:00"]`, `["1"]`})
	for _, data := range [][]byte{csv, parquet, gzipped(f, csv), gzipped(f, parquet), parquet[:40], {}, []byte("\x28\xb5\x2f\xfd\x00"), []byte("time;value\n\"")} {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := history.Read("object", bytes.NewReader(data), int64(len(data)), shanghai, small)
		if err != nil {
			if !errors.Is(err, capacity.ErrBadData) {
				t.Fatalf("got error %v, want %v", err, capacity.ErrBadData)
			}
			return
		}
		table, err := history.Merge([]history.Rows{rows}, time.Time{}, time.Time{}, history.Limits{})
		if err != nil {
			if !errors.Is(err, capacity.ErrNoData) {
				t.Fatalf("got error %v, want %v", err, capacity.ErrNoData)
			}
			return
		}
		defer table.Release()
		checkTable(t, table)
	})
}

func FuzzDecode(f *testing.F) {
	data := mustEncode(f, mustTable(f, demand, minutes(every(1, 0, 50, 7)...)))
	f.Add(data)
	f.Add(data[:len(data)/2])
	f.Add([]byte("PAR1PAR1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := history.Decode(data)
		if err != nil {
			if !errors.Is(err, capacity.ErrBadData) {
				t.Fatalf("got error %v, want %v", err, capacity.ErrBadData)
			}
			return
		}
		defer table.Release()
		checkTable(t, table)
	})
}

// checkTable checks what every table promises.
func checkTable(t *testing.T, table history.Table) {
	t.Helper()
	for i := range table.Rows() {
		if v := table.Value(i); math.IsNaN(v) || math.IsInf(v, 0) || v < 0 || math.Signbit(v) {
			t.Fatalf("row %d: got value %v", i, v)
		}
		if i > 0 && !table.Time(i).After(table.Time(i-1)) {
			t.Fatalf("row %d: got %v after %v", i, table.Time(i), table.Time(i-1))
		}
	}
}
