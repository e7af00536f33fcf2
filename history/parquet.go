package history

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"headroom/capacity"
)

// readParquet reads the two columns, one row group after the other.
func (r *Rows) readParquet(at io.ReaderAt, size int64, c *column, limits Limits) (err error) {
	defer r.recovered(&err, limits)
	return openParquet(at, size, limits, func(f *file.Reader, in *pqarrow.FileReader) error {
		var err error
		if c.when, c.what, err = r.columns(leaves(f), c.demand); err != nil {
			return err
		}
		utc := isUTC(f, c.when)
		wanted := []int{min(c.when, c.what), max(c.when, c.what)}
		rows := 0
		for group := range f.NumRowGroups() {
			if f.MetaData().RowGroup(group).NumRows() == 0 {
				continue
			}
			if rows, err = r.rowGroup(in, group, wanted, rows, c, utc, limits.Rows); err != nil {
				return err
			}
		}
		return nil
	})
}

// recovered turns a panic of the decoder, which damaged bytes can cause, and its
// errors into errors of the object. It is deferred. The decoder panics in the
// goroutine of its caller, because nothing here is read in parallel.
func (r *Rows) recovered(err *error, limits Limits) {
	p := recover()
	var own errUse
	switch cause, _ := p.(error); {
	case errors.Is(cause, errTooLarge):
		*err = r.damaged(fmt.Sprintf("decompressed it needs more than %d MiB; split it", limits.Parquet>>20))
	case p != nil:
		*err = r.damaged(fmt.Sprintf("it is Parquet, and cut off or damaged (%v)", p))
	case *err != nil && strings.Contains((*err).Error(), "no support for reading columns of type"):
		*err = r.fault("every row", "", fmt.Errorf("a column that is read has a type that is neither a time nor a number (%w); write timestamps and numbers", *err))
	case *err != nil && !errors.Is(*err, capacity.ErrBadData) && !errors.As(*err, &own):
		*err = r.damaged(fmt.Sprintf("it is Parquet, and cut off or damaged (%v)", *err))
	}
}

// openParquet opens a Parquet file within the limits while use is called.
func openParquet(at io.ReaderAt, size int64, limits Limits, use func(*file.Reader, *pqarrow.FileReader) error) error {
	mem := &capped{left: limits.Parquet}
	f, err := file.NewParquetReader(io.NewSectionReader(at, 0, size), file.WithReadProps(parquet.NewReaderProperties(mem)))
	if err != nil {
		return err
	}
	defer f.Close()
	in, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{BatchSize: 16 << 10}, mem)
	if err != nil {
		// Beside its own schema, Parquet may hold one of Arrow with types that this
		// library does not know. They matter only if their columns are wanted.
		for _, pair := range f.MetaData().KeyValueMetadata() {
			if pair.Key == "ARROW:schema" {
				pair.Key = "not " + pair.Key
			}
		}
		if in, err = pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{BatchSize: 16 << 10}, mem); err != nil {
			return err
		}
	}
	return use(f, in)
}

// isUTC reports whether the times of a column are in UTC although they do not say
// so: timestamps of 96 bits cannot, and their writers mean that they are.
func isUTC(f *file.Reader, column int) bool {
	return f.MetaData().Schema.Column(column).PhysicalType() == parquet.Types.Int96
}

// rowGroup reads the given leaf columns of one row group, which follows so many
// rows, and returns how many it follows then.
func (r *Rows) rowGroup(in *pqarrow.FileReader, group int, columns []int, rows int, c *column, utc bool, limit int) (int, error) {
	records, err := in.GetRecordReader(context.Background(), columns, []int{group})
	if err != nil {
		return rows, err
	}
	defer records.Release()
	for {
		batch, err := records.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		if err := r.addBatch(batch, rows, c, utc, limit); err != nil {
			return rows, err
		}
		rows += int(batch.NumRows())
	}
}

// addBatch adds the rows of a batch, which follows so many rows.
func (r *Rows) addBatch(batch arrow.RecordBatch, rows int, c *column, utc bool, limit int) error {
	when, err := leafOf(batch, c.demand.Time)
	if err != nil {
		return err
	}
	what, err := leafOf(batch, c.demand.Value)
	if err != nil {
		return err
	}
	instant, err := instants(when, c.times, utc)
	if err != nil {
		return r.fault("every row", c.demand.Time, err)
	}
	number, err := numbers(what, &c.numbers)
	if err != nil {
		return r.fault("every row", c.demand.Value, err)
	}
	for i := range when.Len() {
		named, err := c.demand.Value, error(nil)
		switch {
		case missing(what, i):
			r.Counts.Empty++
		case missing(when, i):
			named, err = c.demand.Time, errNoTime
		default:
			named, err = r.addCell(instant, number, i, rows+i+1, c, limit)
		}
		if err != nil {
			return r.fault(fmt.Sprintf("row %d", rows+i+1), named, err)
		}
	}
	return nil
}

// addCell adds row i of a batch. With an error comes the column that it is
// about.
func (r *Rows) addCell(instant func(int) (stamp, error), number func(int) (float64, error), i, place int, c *column, limit int) (string, error) {
	t, err := instant(i)
	if err != nil {
		return c.demand.Time, err
	}
	v, err := number(i)
	if err != nil {
		return c.demand.Value, err
	}
	return c.demand.Value, r.add(t, v, place, limit, 0)
}

// leafOf finds a leaf column of a batch by its path, such as m.requests of a
// struct m.
func leafOf(batch arrow.RecordBatch, path string) (arrow.Array, error) {
	fields, columns := batch.Schema().Fields(), batch.Columns()
	for {
		at := -1
		for i, f := range fields {
			if rest, inside := strings.CutPrefix(path, f.Name); inside && (rest == "" || rest[0] == '.') {
				at = i
				if rest == "" {
					break
				}
			}
		}
		if at < 0 {
			return nil, fmt.Errorf("the column %q cannot be found again", path)
		}
		rest := strings.TrimPrefix(strings.TrimPrefix(path, fields[at].Name), ".")
		group, nested := columns[at].(*array.Struct)
		switch {
		case rest == "":
			return columns[at], nil
		case !nested:
			return nil, fmt.Errorf("the column %q is nested in a type that is not read", path)
		case group.NullN() > 0:
			return nil, fmt.Errorf("the column %q is nested in %q, which is null in some rows; write it as a column of its own", path, fields[at].Name)
		}
		path, fields = rest, group.DataType().(*arrow.StructType).Fields()
		columns = make([]arrow.Array, len(fields))
		for i := range fields {
			columns[i] = group.Field(i)
		}
	}
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
