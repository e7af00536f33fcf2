package history

import (
	"bufio"
	"bytes"
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
	limits = limits.OrDefault()
	rows := Rows{Object: name, Bytes: int64(len(data))}
	var zone *time.Location
	if d.ZoneGiven {
		var err error
		if zone, err = time.LoadLocation(d.Timezone); err != nil {
			return Rows{}, fmt.Errorf("demand.timezone %q: %w: %w", d.Timezone, err, capacity.ErrBadPolicy)
		}
	}
	if int64(len(data)) > limits.Object {
		return Rows{}, rows.damaged(fmt.Sprintf("it has %d MiB, more than %d MiB; split it", len(data)>>20, limits.Object>>20))
	}
	if len(data) == 0 {
		return Rows{}, rows.damaged("it is empty")
	}
	if err := rows.read(data, d, zone, limits); err != nil {
		return Rows{}, err
	}
	return rows, nil
}

func (r *Rows) read(data []byte, d capacity.Demand, zone *time.Location, limits Limits) error {
	u, err := unpack(data, limits.Unpacked)
	if err != nil {
		return r.damaged(fmt.Sprintf("it is compressed, and cut off or damaged (%v)", err))
	}
	in := bufio.NewReaderSize(u, 64<<10)
	head, _ := in.Peek(16) // fewer bytes are no error: what matters is what they are
	if what := u.trouble(limits.Unpacked); what != "" && len(head) == 0 {
		return r.damaged(what)
	}
	if f := foreign(head); f != "" {
		return fmt.Errorf("read %q: it is %s; write CSV (UTF-8) or Parquet, plain or with gzip or zstd: %w", r.Object, f, capacity.ErrBadData)
	}
	switch {
	case len(head) == 0:
		return r.damaged("it is empty once decompressed")
	case !bytes.HasPrefix(head, []byte("PAR1")):
		return r.readCSV(in, u, d, zone, limits)
	case bytes.HasPrefix(data, []byte("PAR1")):
		return r.readParquet(data, d, zone, limits)
	}
	plain, err := io.ReadAll(in)
	if err != nil {
		return r.damaged(u.trouble(limits.Unpacked))
	}
	return r.readParquet(plain, d, zone, limits)
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
