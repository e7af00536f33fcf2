package history

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"headroom/capacity"
)

// groupRows is the length of the row groups that Encode writes.
const groupRows = 1 << 20

// Encode writes t as Parquet compressed by zstd. The same table always gives
// the same bytes, so they may be stored under their hash.
func Encode(t Table) ([]byte, error) {
	if t.Rows() == 0 {
		return nil, fmt.Errorf("encode a table without rows: %w", capacity.ErrNoData)
	}
	props := parquet.NewWriterProperties(
		parquet.WithCompression(compress.Codecs.Zstd),
		parquet.WithVersion(parquet.V2_LATEST),
		parquet.WithDictionaryDefault(false),
		parquet.WithEncodingFor(timeColumn, parquet.Encodings.DeltaBinaryPacked),
		// A new version of the library must not alone change the hash.
		parquet.WithCreatedBy("headroom"),
	)
	var out bytes.Buffer
	err := write(t, &out, props)
	if err != nil {
		return nil, fmt.Errorf("encode a table of %d rows: %w", t.Rows(), err)
	}
	return out.Bytes(), nil
}

// write writes t and its summary as Parquet.
func write(t Table, out io.Writer, props *parquet.WriterProperties) error {
	summary, err := json.Marshal(t.summary)
	if err != nil {
		return err
	}
	w, err := pqarrow.NewFileWriter(schema, out, props, pqarrow.DefaultWriterProps())
	if err != nil {
		return err
	}
	if err := w.AppendKeyValueMetadata(summaryKey, string(summary)); err != nil {
		return err
	}
	if err := w.WriteTable(t.arrow, groupRows); err != nil {
		return err
	}
	return w.Close()
}

// Decode reads what [Encode] wrote. Damaged bytes, and Parquet that is not such
// a table, give ErrBadData and never end the process.
func Decode(data []byte) (Table, error) {
	const name = "stored table"
	r := Rows{Object: name}
	r.keep(time.Time{}, time.Time{})
	if !bytes.HasPrefix(data, []byte("PAR1")) {
		return Table{}, r.damaged("it is not Parquet")
	}
	limits := Limits{}.OrDefault()
	c := column{demand: capacity.Demand{Time: timeColumn, Value: valueColumn}}
	summary, err := summaryOf(data)
	if err == nil {
		err = r.readParquet(bytes.NewReader(data), int64(len(data)), &c, limits)
	}
	if err != nil {
		return Table{}, err
	}
	if r.Counts != (Counts{}) || r.Len() == 0 {
		return Table{}, r.damaged(fmt.Sprintf("it has %d rows and %d without a value", r.Len(), r.Counts.Empty+r.Counts.Infinite))
	}
	times, values := make([]int64, r.Len()), make([]float64, r.Len())
	for i, p := range r.points {
		if times[i], values[i] = p.at, p.value; i > 0 && p.at <= r.points[i-1].at {
			return Table{}, r.damaged(fmt.Sprintf("its row %d is not later than the one before", i+1))
		}
	}
	return newTable(times, values, summary), nil
}

// summaryKey is the metadata under which a stored table keeps its summary.
const summaryKey = "headroom.summary"

// summaryOf reads the summary of an encoded table.
func summaryOf(data []byte) (s Summary, err error) {
	damaged := func(what any) error {
		return (&Rows{Object: "stored table"}).damaged(fmt.Sprintf("it is Parquet, and cut off or damaged (%v)", what))
	}
	// Damaged bytes can make the decoder panic.
	defer func() {
		if p := recover(); p != nil {
			err = damaged(p)
		}
	}()
	f, err := file.NewParquetReader(bytes.NewReader(data))
	if err != nil {
		return s, damaged(err)
	}
	defer f.Close()
	text := f.MetaData().KeyValueMetadata().FindValue(summaryKey)
	if text == nil {
		return s, damaged("it has no summary")
	}
	if err := json.Unmarshal([]byte(*text), &s); err != nil {
		return s, damaged(err)
	}
	return s, nil
}
