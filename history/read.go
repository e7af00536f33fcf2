package history

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"time"

	"headroom/capacity"
)

// Read decodes one object: CSV or Parquet, plain or compressed by gzip or zstd,
// as the package comment says. The name is what errors call it, and its rank
// when [Merge] meets the same time twice. Whatever the bytes, the answer is
// rows or an error, never a panic. The errors are ErrBadData, and ErrBadPolicy
// if d.Timezone is unknown.
func Read(name string, data []byte, d capacity.Demand, limits Limits) (Rows, error) {
	rows, errs := ReadEach(name, data, []capacity.Demand{d}, limits)
	return rows[0], errs[0]
}

// ReadEach is Read for what several demands want of one object, which is
// decompressed once, and whose lines are gone through once if it is CSV. What is
// wrong with one column is no error of the others.
func ReadEach(name string, data []byte, demands []capacity.Demand, limits Limits) ([]Rows, []error) {
	limits = limits.OrDefault()
	columns, zones := make([]column, len(demands)), map[string]*time.Location{}
	for i, d := range demands {
		c := &columns[i]
		c.demand, c.rows = d, Rows{Object: name, Bytes: int64(len(data))}
		if !d.ZoneGiven {
			continue
		}
		if c.zone = zones[d.Timezone]; c.zone != nil {
			continue
		}
		if c.zone, c.err = time.LoadLocation(d.Timezone); c.err != nil {
			c.err = fmt.Errorf("demand.timezone %q: %w: %w", d.Timezone, c.err, capacity.ErrBadPolicy)
		}
		zones[d.Timezone] = c.zone
	}
	err := read(name, data, columns, limits)
	rows, errs := make([]Rows, len(demands)), make([]error, len(demands))
	for i, c := range columns {
		if errs[i] = cmp.Or(c.err, err); errs[i] == nil {
			rows[i] = c.rows
		}
	}
	return rows, errs
}

// A column is what one demand wants of an object.
type column struct {
	demand     capacity.Demand
	zone       *time.Location // of times without one; nil: they are an error
	when, what int            // places of its time and its value among the columns of the object
	rows       Rows
	err        error // what is wrong with it alone
}

// read fills the columns. The error is about all of them.
func read(name string, data []byte, columns []column, limits Limits) error {
	object := Rows{Object: name}
	if int64(len(data)) > limits.Object {
		return object.damaged(fmt.Sprintf("it has %d MiB, more than %d MiB; split it", len(data)>>20, limits.Object>>20))
	}
	if len(data) == 0 {
		return object.damaged("it is empty")
	}
	u, err := unpack(data, limits.Unpacked)
	if err != nil {
		return object.damaged(fmt.Sprintf("it is compressed, and cut off or damaged (%v)", err))
	}
	in := bufio.NewReaderSize(u, 64<<10)
	head, _ := in.Peek(16) // fewer bytes are no error: what matters is what they are
	if what := u.trouble(limits.Unpacked); what != "" && len(head) == 0 {
		return object.damaged(what)
	}
	if f := foreign(head); f != "" {
		return fmt.Errorf("read %q: it is %s; write CSV (UTF-8) or Parquet, plain or with gzip or zstd: %w", name, f, capacity.ErrBadData)
	}
	switch {
	case len(head) == 0:
		return object.damaged("it is empty once decompressed")
	case !bytes.HasPrefix(head, []byte("PAR1")):
		return object.readCSV(in, u, columns, limits)
	case !bytes.HasPrefix(data, []byte("PAR1")):
		if data, err = io.ReadAll(in); err != nil {
			return object.damaged(u.trouble(limits.Unpacked))
		}
	}
	for i := range columns {
		if c := &columns[i]; c.err == nil {
			c.err = c.rows.readParquet(data, c.demand, c.zone, limits)
		}
	}
	return nil
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
