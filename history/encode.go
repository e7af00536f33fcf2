package history

import (
	"bytes"
	"fmt"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
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
	if err := pqarrow.WriteTable(t.arrow, &out, groupRows, props, pqarrow.DefaultWriterProps()); err != nil {
		return nil, fmt.Errorf("encode a table of %d rows: %w", t.Rows(), err)
	}
	return out.Bytes(), nil
}

// Decode reads what [Encode] wrote. Damaged bytes, and Parquet that is not such
// a table, give ErrBadData and never end the process.
func Decode(data []byte) (Table, error) {
	const name = "stored table"
	r := Rows{Object: name}
	if !bytes.HasPrefix(data, []byte("PAR1")) {
		return Table{}, r.damaged("it is not Parquet")
	}
	limits := Limits{}.OrDefault()
	if err := r.readParquet(data, capacity.Demand{Time: timeColumn, Value: valueColumn}, nil, limits); err != nil {
		return Table{}, err
	}
	if r.Skipped > 0 || r.Len() == 0 {
		return Table{}, r.damaged(fmt.Sprintf("it has %d rows and %d without a value", r.Len(), r.Skipped))
	}
	for i := 1; i < r.Len(); i++ {
		if r.times[i] <= r.times[i-1] {
			return Table{}, r.damaged(fmt.Sprintf("its row %d is not later than the one before", i+1))
		}
	}
	return newTable(r.times, r.values), nil
}
