package history

import (
	"fmt"
	"math"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// missing reports whether cell i holds nothing: a null, or an empty text.
func missing(a arrow.Array, i int) bool {
	if a.IsNull(i) {
		return true
	}
	text, ok := texts(a)
	return ok && isMissing(strings.TrimSpace(text(i)))
}

// texts reads the cells of a text column.
func texts(a arrow.Array) (func(int) string, bool) {
	switch a := a.(type) {
	case *array.String:
		return a.Value, true
	case *array.LargeString:
		return a.Value, true
	case *array.StringView:
		return a.Value, true
	case *array.Binary:
		return a.ValueString, true
	case *array.LargeBinary:
		return a.ValueString, true
	case *array.BinaryView:
		return a.ValueString, true
	case *array.Dictionary:
		text, ok := texts(a.Dictionary())
		return func(i int) string { return text(a.GetValueIndex(i)) }, ok
	}
	return nil, false
}

// instants reads the cells of a time column. Timestamps without a zone are in UTC
// if utc says so, and otherwise on the wall clock of times.
func instants(a arrow.Array, times timeReader, utc bool) (func(int) (stamp, error), error) {
	if text, ok := texts(a); ok {
		return func(i int) (stamp, error) { return times.read(strings.TrimSpace(text(i))) }, nil
	}
	whole := func(ns int64, err error) (stamp, error) { return stamp{at: ns}, err }
	switch a := a.(type) {
	case *array.Timestamp:
		kind := a.DataType().(*arrow.TimestampType)
		unit := kind.Unit.Multiplier()
		if kind.TimeZone != "" || utc {
			return func(i int) (stamp, error) { return whole(fit(int64(a.Value(i)), unit)) }, nil
		}
		return func(i int) (stamp, error) { return onWall(a.Value(i).ToTime(kind.Unit), times.zone) }, nil
	case *array.Date32:
		return func(i int) (stamp, error) { return onWall(a.Value(i).ToTime(), times.zone) }, nil
	case *array.Date64:
		return func(i int) (stamp, error) { return onWall(a.Value(i).ToTime(), times.zone) }, nil
	case *array.Int64:
		return func(i int) (stamp, error) { return times.count(a.Value(i)) }, nil
	}
	number, err := numbers(a, nil)
	if err != nil {
		return nil, fmt.Errorf("its type %v is no time; write timestamps, or numbers since 1970", a.DataType())
	}
	return func(i int) (stamp, error) {
		f, err := number(i)
		if err != nil {
			return stamp{}, err
		}
		return whole(floatEpoch(f))
	}, nil
}

// numbers reads the cells of a number column; of texts, as reader has them.
func numbers(a arrow.Array, reader *numberReader) (func(int) (float64, error), error) {
	if text, ok := texts(a); ok && reader != nil {
		return func(i int) (float64, error) { return reader.read(strings.TrimSpace(text(i))) }, nil
	}
	var value func(int) float64
	switch a := a.(type) {
	case *array.Float64:
		value = a.Value
	case *array.Float32:
		value = widened(a.Value)
	case *array.Float16:
		value = func(i int) float64 { return float64(a.Value(i).Float32()) }
	case *array.Int64:
		value = widened(a.Value)
	case *array.Int32:
		value = widened(a.Value)
	case *array.Int16:
		value = widened(a.Value)
	case *array.Int8:
		value = widened(a.Value)
	case *array.Uint64:
		value = widened(a.Value)
	case *array.Uint32:
		value = widened(a.Value)
	case *array.Uint16:
		value = widened(a.Value)
	case *array.Uint8:
		value = widened(a.Value)
	case *array.Decimal32:
		value = scaled(a.Value, a.DataType())
	case *array.Decimal64:
		value = scaled(a.Value, a.DataType())
	case *array.Decimal128:
		value = scaled(a.Value, a.DataType())
	case *array.Decimal256:
		value = scaled(a.Value, a.DataType())
	case *array.Null:
		value = func(int) float64 { return math.NaN() }
	default:
		return nil, fmt.Errorf("its type %v is no number; write integers or floats", a.DataType())
	}
	return func(i int) (float64, error) { return value(i), nil }, nil
}

// widened reads a number of any width as a 64-bit float.
func widened[N int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32](value func(int) N) func(int) float64 {
	return func(i int) float64 { return float64(value(i)) }
}

// scaled reads a decimal number as a 64-bit float.
func scaled[D interface{ ToFloat64(scale int32) float64 }](value func(int) D, kind arrow.DataType) func(int) float64 {
	scale := kind.(arrow.DecimalType).GetScale()
	return func(i int) float64 { return value(i).ToFloat64(scale) }
}
