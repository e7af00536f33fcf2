package historytest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"headroom/capacity"
	"headroom/history"
)

// A point is one row of a table.
type point struct {
	Time  time.Time
	Value float64
}

func hour(n int) time.Time { return day.Add(time.Duration(n) * time.Hour) }

// points makes rows of pairs of hour and value.
func points(pairs ...int) []point {
	var out []point
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, point{hour(pairs[i]), float64(pairs[i+1])})
	}
	return out
}

// read returns the rows of a table.
func read(table history.Table) []point {
	var out []point
	for i := range table.Rows() {
		out = append(out, point{table.Time(i), table.Value(i)})
	}
	return out
}

// csv writes pairs of hour and value.
func csv(pairs ...int) []byte {
	var b bytes.Buffer
	b.WriteString("time,value\n")
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(&b, "%s,%d\n", hour(pairs[i]).Format(time.RFC3339), pairs[i+1])
	}
	return b.Bytes()
}

// parquet writes pairs of hour and value, which must be in order.
func parquet(t testing.TB, pairs ...int) []byte {
	t.Helper()
	rows, err := history.Read("fixture", bytes.NewReader(csv(pairs...)), int64(len(csv(pairs...))), capacity.Demand{Time: "time", Value: "value"}, history.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	table, err := history.Merge([]history.Rows{rows}, time.Time{}, time.Time{}, history.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer table.Release()
	data, err := history.Encode(table)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func gz(t testing.TB, data []byte) []byte {
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

func zst(t testing.TB, data []byte) []byte {
	t.Helper()
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	return z.EncodeAll(data, nil)
}
