package history_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"headroom/capacity"
	"headroom/history"
)

// parquetOf writes one row group for each pair of JSON arrays, with a column
// between and the value first if reversed.
func parquetOf(t testing.TB, when, what arrow.DataType, reversed bool, options pqarrow.WriterOption, groups ...[2]string) []byte {
	t.Helper()
	fields := []arrow.Field{
		{Name: "time", Type: when, Nullable: true},
		{Name: "host", Type: arrow.ListOf(arrow.PrimitiveTypes.Int64), Nullable: true},
		{Name: "value", Type: what, Nullable: true},
	}
	if reversed {
		fields[0], fields[2] = fields[2], fields[0]
	}
	schema := arrow.NewSchema(fields, nil)
	var out bytes.Buffer
	props := []pqarrow.WriterOption{pqarrow.WithStoreSchema()}
	if options != nil {
		props = append(props, options)
	}
	w, err := pqarrow.NewFileWriter(schema, &out, parquet.NewWriterProperties(parquet.WithVersion(parquet.V2_LATEST)), pqarrow.NewArrowWriterProperties(props...))
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range groups {
		if kind, ok := when.(*arrow.TimestampType); ok && kind.TimeZone != "" {
			g[0] = strings.ReplaceAll(g[0], `:00"`, `:00Z"`)
		}
		cells := map[string]string{"time": g[0], "value": g[1], "host": "[" + strings.TrimSuffix(strings.Repeat("[1,2],", strings.Count(g[0], ",")+1), ",") + "]"}
		var columns []arrow.Array
		for _, f := range fields {
			column, _, err := array.FromJSON(memory.DefaultAllocator, f.Type, strings.NewReader(cells[f.Name]))
			if err != nil {
				t.Fatal(err)
			}
			columns = append(columns, column)
		}
		if err := w.Write(array.NewRecordBatch(schema, columns, int64(columns[0].Len()))); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestRead_ParquetTypes(t *testing.T) {
	const noon, nine = "2026-03-02T12:00:00Z", "2026-03-02T04:00:00Z" // noon in UTC and in Shanghai
	wall := `["2026-03-02 12:00:00"]`
	float := arrow.PrimitiveTypes.Float64
	dictionary := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
	for name, c := range map[string]struct {
		when, what  arrow.DataType
		times, load string
		options     pqarrow.WriterOption
		want        string
	}{
		"s in UTC":      {&arrow.TimestampType{Unit: arrow.Second, TimeZone: "UTC"}, float, wall, `[7]`, nil, noon},
		"ms in UTC":     {&arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"}, float, wall, `[7]`, nil, noon},
		"us in a zone":  {&arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "Asia/Shanghai"}, float, wall, `[7]`, nil, noon},
		"ns on a wall":  {&arrow.TimestampType{Unit: arrow.Nanosecond}, float, wall, `[7]`, nil, nine},
		"ms on a wall":  {&arrow.TimestampType{Unit: arrow.Millisecond}, float, wall, `[7]`, nil, nine},
		"96 bits":       {&arrow.TimestampType{Unit: arrow.Nanosecond}, float, wall, `[7]`, pqarrow.WithDeprecatedInt96Timestamps(true), noon},
		"date":          {arrow.FixedWidthTypes.Date32, float, `["2026-03-02"]`, `[7]`, nil, "2026-03-01T16:00:00Z"},
		"epoch":         {arrow.PrimitiveTypes.Int64, float, `[1772452800000]`, `[7]`, nil, noon},
		"epoch, float":  {float, float, `[1772452800.5]`, `[7]`, nil, "2026-03-02T12:00:00.5Z"},
		"text":          {arrow.BinaryTypes.String, float, `["2026-03-02T12:00Z"]`, `[7]`, nil, noon},
		"dictionary":    {dictionary, float, `["2026-03-02T12:00Z"]`, `[7]`, nil, noon},
		"float32":       {arrow.PrimitiveTypes.Int64, arrow.PrimitiveTypes.Float32, `[1772452800]`, `[7]`, nil, noon},
		"float16":       {arrow.PrimitiveTypes.Int64, arrow.FixedWidthTypes.Float16, `[1772452800]`, `[7]`, nil, noon},
		"int8":          {arrow.PrimitiveTypes.Int64, arrow.PrimitiveTypes.Int8, `[1772452800]`, `[7]`, nil, noon},
		"uint64":        {arrow.PrimitiveTypes.Int64, arrow.PrimitiveTypes.Uint64, `[1772452800]`, `[7]`, nil, noon},
		"decimal":       {arrow.PrimitiveTypes.Int64, &arrow.Decimal128Type{Precision: 20, Scale: 3}, `[1772452800]`, `["7.000"]`, nil, noon},
		"large decimal": {arrow.PrimitiveTypes.Int64, &arrow.Decimal256Type{Precision: 60, Scale: 3}, `[1772452800]`, `["7.000"]`, nil, noon},
		"number text":   {arrow.PrimitiveTypes.Int64, arrow.BinaryTypes.String, `[1772452800]`, `["7"]`, nil, noon},
	} {
		for _, reversed := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				data := parquetOf(t, c.when, c.what, reversed, c.options, [2]string{c.times, c.load})
				rows, err := history.Read("a.parquet", bytes.NewReader(data), int64(len(data)), shanghai, history.Limits{})
				if err != nil {
					t.Fatal(err)
				}
				table, err := history.Merge([]history.Rows{rows}, time.Time{}, time.Time{}, history.Limits{})
				if err != nil {
					t.Fatal(err)
				}
				defer table.Release()
				if got := table.From().Format(time.RFC3339Nano); got != c.want || table.Rows() != 1 || table.Value(0) != 7 {
					t.Errorf("got %d rows, the first %v at %s; want one of 7 at %s", table.Rows(), table.Value(0), got, c.want)
				}
			})
		}
	}
}

func TestRead_ParquetFaults(t *testing.T) {
	utc := arrow.FixedWidthTypes.Timestamp_ms
	float := arrow.PrimitiveTypes.Float64
	good := [2]string{`["2026-03-02 12:00:00", "2026-03-02 12:05:00"]`, `[1, null]`}
	for name, c := range map[string]struct {
		data []byte
		want []string
	}{
		"wall, no zone": {parquetOf(t, &arrow.TimestampType{Unit: arrow.Millisecond}, float, false, nil, good), []string{"row 1", `"time"`, "demand.timezone"}},
		"negative":      {parquetOf(t, utc, float, true, nil, good, [2]string{good[0], `[1, -1]`}), []string{"row 4", `"value"`, "negative"}},
		"null time":     {parquetOf(t, utc, float, false, nil, [2]string{`[null]`, `[1]`}), []string{"row 1", `"time"`, "no time"}},
		"text":          {parquetOf(t, utc, arrow.BinaryTypes.String, false, nil, [2]string{`["2026-03-02 12:00:00"]`, `["many"]`}), []string{`"value"`, `"many"`}},
		"boolean":       {parquetOf(t, utc, arrow.FixedWidthTypes.Boolean, false, nil, [2]string{`["2026-03-02 12:00:00"]`, `[true]`}), []string{"every row", `"value"`, "bool"}},
		"boolean time":  {parquetOf(t, arrow.FixedWidthTypes.Boolean, float, false, nil, [2]string{`[true]`, `[1]`}), []string{"every row", `"time"`, "bool"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := history.Read("a.parquet", bytes.NewReader(c.data), int64(len(c.data)), demand, history.Limits{})
			wantBad(t, err, append(c.want, `"a.parquet"`)...)
		})
	}
	data := parquetOf(t, utc, float, false, nil, good)
	_, err := history.Read("a.parquet", bytes.NewReader(data), int64(len(data)), capacity.Demand{Time: "ts", Value: "value"}, history.Limits{})
	wantBad(t, err, `no column "ts"`, `"time"`, "demand.time")
	_, err = history.Read("a.parquet", bytes.NewReader(data), int64(len(data)), capacity.Demand{Time: "time", Value: "host"}, history.Limits{})
	wantBad(t, err, `no column "host"`, "demand.value")
	_, err = history.Read("a.parquet", bytes.NewReader(data), int64(len(data)), demand, history.Limits{Parquet: 1 << 10})
	wantBad(t, err, "split it")
	_, err = history.Read("a.parquet", bytes.NewReader(gzipped(t, data[:len(data)-9])), int64(len(gzipped(t, data[:len(data)-9]))), demand, history.Limits{})
	wantBad(t, err, "cut off", "upload it again")
}
