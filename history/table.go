package history

import (
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// The columns of every table.
const (
	timeColumn  = "time"
	valueColumn = "value"
)

var schema = arrow.NewSchema([]arrow.Field{
	{Name: timeColumn, Type: &arrow.TimestampType{Unit: arrow.Nanosecond, TimeZone: "UTC"}},
	{Name: valueColumn, Type: arrow.PrimitiveTypes.Float64},
}, nil)

// A Table is measured load as an Arrow table with exactly two columns: time
// (nanoseconds in UTC) and value (64-bit float). It is sorted by time, has one
// row per time and no nulls; every value is finite and not negative. The zero
// Table has no rows. A Table does not change; copies share the same memory,
// which one call of [Table.Release] gives back.
type Table struct {
	arrow   arrow.Table
	times   []int64
	values  []float64
	summary Summary
}

// Summary says what the table was made from.
func (t Table) Summary() Summary { return t.summary }

// newTable makes a table of rows that are in order already. It keeps both
// slices.
func newTable(times []int64, values []float64, summary Summary) Table {
	column := func(kind arrow.DataType, bytes []byte) arrow.Array {
		data := array.NewData(kind, len(times), []*memory.Buffer{nil, memory.NewBufferBytes(bytes)}, nil, 0, 0)
		defer data.Release()
		return array.MakeFromData(data)
	}
	ts := column(schema.Field(0).Type, arrow.Int64Traits.CastToBytes(times))
	defer ts.Release()
	vs := column(schema.Field(1).Type, arrow.Float64Traits.CastToBytes(values))
	defer vs.Release()
	batch := array.NewRecordBatch(schema, []arrow.Array{ts, vs}, int64(len(times)))
	defer batch.Release()
	return Table{arrow: array.NewTableFromRecords(schema, []arrow.RecordBatch{batch}), times: times, values: values, summary: summary}
}

// Rows is the number of measurements.
func (t Table) Rows() int { return len(t.times) }

// Time is when row i was measured, in UTC.
func (t Table) Time(i int) time.Time { return time.Unix(0, t.times[i]).UTC() }

// Value is the load that row i measured.
func (t Table) Value(i int) float64 { return t.values[i] }

// From is the time of the first row; the zero time if there is none.
func (t Table) From() time.Time {
	if t.Rows() == 0 {
		return time.Time{}
	}
	return t.Time(0)
}

// To is the time of the last row; the zero time if there is none.
func (t Table) To() time.Time {
	if t.Rows() == 0 {
		return time.Time{}
	}
	return t.Time(t.Rows() - 1)
}

// Retain keeps the table's memory until it is released once more.
func (t Table) Retain() {
	if t.arrow != nil {
		t.arrow.Retain()
	}
}

// Release gives the table's memory back. Neither the table nor a copy of it may
// be used afterwards.
func (t Table) Release() {
	if t.arrow != nil {
		t.arrow.Release()
	}
}
