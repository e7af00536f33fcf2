package history

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"headroom/capacity"
)

// readParquet reads the two columns, one row group after the other.
func (r *Rows) readParquet(data []byte, d capacity.Demand, zone *time.Location, limits Limits) (err error) {
	// Damaged bytes can make the decoder panic. It does so in this goroutine,
	// because nothing here is read in parallel.
	defer func() {
		p := recover()
		switch cause, _ := p.(error); {
		case errors.Is(cause, errTooLarge):
			err = r.damaged(fmt.Sprintf("decompressed it needs more than %d MiB; split it", limits.Unpacked>>20))
		case p != nil:
			err = r.damaged(fmt.Sprintf("it is Parquet, and cut off or damaged (%v)", p))
		case err != nil && !errors.Is(err, capacity.ErrBadData):
			err = r.damaged(fmt.Sprintf("it is Parquet, and cut off or damaged (%v)", err))
		}
	}()
	mem := &capped{left: limits.Unpacked}
	f, err := file.NewParquetReader(bytes.NewReader(data), file.WithReadProps(parquet.NewReaderProperties(mem)))
	if err != nil {
		return err
	}
	defer f.Close()
	when, what, err := r.columns(leaves(f), d)
	if err != nil {
		return err
	}
	in, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{BatchSize: 64 << 10}, mem)
	if err != nil {
		return err
	}
	c := cells{demand: d, zone: zone, limit: limits.Rows, swapped: what < when}
	// A timestamp of 96 bits cannot say whether it is in UTC; its writers mean
	// that it is.
	c.utc = f.MetaData().Schema.Column(when).PhysicalType() == parquet.Types.Int96
	for group := range f.NumRowGroups() {
		if f.MetaData().RowGroup(group).NumRows() == 0 {
			continue
		}
		if err := r.rowGroup(in, group, []int{min(when, what), max(when, what)}, c); err != nil {
			return err
		}
	}
	return nil
}

// rowGroup reads the given leaf columns of one row group.
func (r *Rows) rowGroup(in *pqarrow.FileReader, group int, columns []int, c cells) error {
	records, err := in.GetRecordReader(context.Background(), columns, []int{group})
	if err != nil {
		return err
	}
	defer records.Release()
	for row := 0; ; {
		batch, err := records.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := r.addBatch(batch, group, row, c); err != nil {
			return err
		}
		row += int(batch.NumRows())
	}
}

// addBatch adds the rows of a batch, which starts at the given row of its group.
func (r *Rows) addBatch(batch arrow.RecordBatch, group, row int, c cells) error {
	where := fmt.Sprintf("row group %d", group+1)
	when, what := batch.Column(0), batch.Column(1)
	if c.swapped {
		when, what = what, when
	}
	instant, err := instants(when, c.zone, c.utc)
	if err != nil {
		return r.fault(where, c.demand.Time, err)
	}
	number, err := numbers(what)
	if err != nil {
		return r.fault(where, c.demand.Value, err)
	}
	for i := range when.Len() {
		column, err := c.demand.Value, error(nil)
		switch {
		case missing(what, i):
			r.Skipped++
		case missing(when, i):
			column, err = c.demand.Time, errNoTime
		default:
			column, err = r.addCell(instant, number, i, c)
		}
		if err != nil {
			return r.fault(fmt.Sprintf("%s, row %d", where, row+i+1), column, err)
		}
	}
	return nil
}

// addCell adds row i of a batch. With an error comes the column that it is
// about.
func (r *Rows) addCell(instant func(int) (int64, error), number func(int) (float64, error), i int, c cells) (string, error) {
	t, err := instant(i)
	if err != nil {
		return c.demand.Time, err
	}
	v, err := number(i)
	if err != nil {
		return c.demand.Value, err
	}
	return c.demand.Value, r.add(arrow.Timestamp(t), v, c.limit)
}

// leaves are the names of the leaf columns. One that is nested or repeated is
// named by its whole path, so that it is never taken for a plain column.
func leaves(f *file.Reader) []string {
	s := f.MetaData().Schema
	names := make([]string, s.NumColumns())
	for i := range names {
		names[i] = s.Column(i).Path()
		if s.Column(i).MaxRepetitionLevel() > 0 {
			names[i] += "[]"
		}
	}
	return names
}
