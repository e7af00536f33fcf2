package history

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"time"

	"headroom/capacity"
)

// Read decodes one object of the given size in bytes: CSV or Parquet, plain or
// compressed by gzip or zstd, as the package comment says. CSV is streamed. The
// name is what errors call it, and its rank when [Merge] meets the same time
// twice. Whatever the bytes, the answer is rows or an error, never a panic. The
// errors are ErrBadData, and ErrBadPolicy if d.Timezone is unknown.
func Read(name string, in io.Reader, size int64, d capacity.Demand, limits Limits) (Rows, error) {
	rows, errs := ReadEach(name, in, size, []Ask{{Demand: d}}, limits)
	return rows[0], errs[0]
}

// ReadEach is Read for what several asks want of one object, which is
// decompressed once, and whose lines are gone through once if it is CSV. What is
// wrong with one column is no error of the others.
func ReadEach(name string, in io.Reader, size int64, asks []Ask, limits Limits) ([]Rows, []error) {
	limits = limits.OrDefault()
	columns, zones := make([]column, len(asks)), map[string]*time.Location{}
	for i, ask := range asks {
		c := &columns[i]
		c.demand, c.rows = ask.Demand, Rows{Object: name, Bytes: size}
		c.rows.keep(ask.From, ask.To)
		if c.demand.ZoneGiven {
			zone, known := zones[c.demand.Timezone]
			if !known {
				var err error
				if zone, err = time.LoadLocation(c.demand.Timezone); err != nil {
					c.err = fmt.Errorf("demand.timezone %q: %w: %w", c.demand.Timezone, err, capacity.ErrBadPolicy)
				}
				zones[c.demand.Timezone] = zone
			}
			c.zone = zone
		}
		c.times = timesOf(c.demand, c.zone)
	}
	err := read(name, in, size, columns, limits)
	rows, errs := make([]Rows, len(asks)), make([]error, len(asks))
	for i, c := range columns {
		if errs[i] = cmp.Or(c.err, err); errs[i] == nil {
			rows[i] = c.rows
		}
	}
	return rows, errs
}

// A column is what one ask wants of an object.
type column struct {
	demand     capacity.Demand
	zone       *time.Location // of times without one; nil: they are an error
	times      timeReader
	numbers    numberReader
	when, what int // places of its time and its value among the columns of the object
	rows       Rows
	labels     labels
	err        error // what is wrong with it alone
}

// read fills the columns. The error is about all of them.
func read(name string, in io.Reader, size int64, columns []column, limits Limits) error {
	object := Rows{Object: name}
	if size > limits.Unpacked {
		return object.damaged(fmt.Sprintf("it has %d MiB, more than %d MiB; split it", size>>20, limits.Unpacked>>20))
	}
	u, err := unpack(in, size, limits.Unpacked)
	if err != nil {
		return object.damaged(fmt.Sprintf("it is compressed, and cut off or damaged (%v)", err))
	}
	b := bufio.NewReaderSize(u, maxRecord)
	head, _ := b.Peek(16) // fewer bytes are no error: what matters is what they are
	if what := u.trouble(limits.Unpacked); what != "" && len(head) == 0 {
		return object.damaged(what)
	}
	if f := foreign(head); f != "" {
		return fmt.Errorf("read %q: it is %s; write CSV (UTF-8) or Parquet, plain or with gzip or zstd: %w", name, f, capacity.ErrBadData)
	}
	switch {
	case len(head) == 0:
		return nil // a part without rows, as parallel writers leave them
	case !bytes.HasPrefix(head, []byte("PAR1")):
		return object.readCSV(b, u, columns, limits)
	}
	at, length, err := wholeObject(in, b, u, size, limits)
	if err != nil {
		return object.damaged(err.Error())
	}
	for i := range columns {
		c := &columns[i]
		if c.err == nil {
			c.err = c.rows.readParquet(at, length, c, limits)
		}
		if c.err == nil {
			c.err = c.rows.finish(c.demand.Across, "row")
		}
	}
	return nil
}

// wholeObject gives access to any part of an object, as Parquet needs it: as it
// is stored if that is possible, or else in memory.
func wholeObject(in io.Reader, b *bufio.Reader, u *unpacked, size int64, limits Limits) (io.ReaderAt, int64, error) {
	if at, ok := in.(io.ReaderAt); ok && !u.packed && size > 0 {
		return at, size, nil
	}
	data, err := io.ReadAll(io.LimitReader(b, limits.Parquet+1))
	switch {
	case int64(len(data)) > limits.Parquet:
		return nil, 0, fmt.Errorf("it is Parquet, and decompressed it has more than %d MiB; split it", limits.Parquet>>20)
	case err != nil:
		return nil, 0, errors.New(u.trouble(limits.Unpacked))
	}
	return bytes.NewReader(data), int64(len(data)), nil
}

// foreign names a format that people upload and that is not read.
func foreign(head []byte) string {
	for _, f := range []struct{ magic, name string }{
		{"PARE", "encrypted Parquet"},
		{"ARROW1", "an Arrow file"},
		{"ORC", "ORC"},
		{"Obj\x01", "Avro"},
		{"PK\x03\x04", "a zip archive or an Excel workbook"},
		{"BZh", "compressed by bzip2"},
		{"\xfd7zXZ", "compressed by xz"},
		{"\xff\xfe", "text in UTF-16"},
		{"\xfe\xff", "text in UTF-16"},
		{"{", "JSON"},
		{"[", "JSON"},
	} {
		if bytes.HasPrefix(head, []byte(f.magic)) {
			return f.name
		}
	}
	return ""
}
