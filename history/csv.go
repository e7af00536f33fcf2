package history

import (
	"bufio"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"time"

	"headroom/capacity"
)

// readCSV reads a header and then one measurement per line and column. The
// reader in reads u through a buffer.
func (r *Rows) readCSV(in *bufio.Reader, u *unpacked, columns []column, limits Limits) error {
	var ways [][]string
	for _, c := range columns {
		ways = append(ways, []string{c.demand.Time, c.demand.Value})
	}
	h, err := readHeader(in, ways)
	if err != nil {
		return r.csvFault(h, u, limits, err)
	}
	if what := u.trouble(limits.Unpacked); what != "" {
		return r.damaged(what)
	}
	for i := range columns {
		one := &columns[i]
		one.numbers = newNumberReader(one.demand.Decimal, h.records.comma[0])
		if one.err == nil {
			one.when, one.what, one.err = r.columns(h.names, one.demand)
		}
	}
	for line, first := (csvLine{}), true; ; {
		if !slices.ContainsFunc(columns, func(one column) bool { return one.err == nil }) {
			return nil // what is left is of no use
		}
		line.fields, err = h.next()
		if errors.Is(err, io.EOF) && u.trouble(limits.Unpacked) == "" {
			break
		}
		if err != nil {
			return r.csvFault(h, u, limits, err)
		}
		line.number, line.sum = h.records.line, 0
		for i := range columns {
			if one := &columns[i]; first && one.err == nil {
				one.labels = labelled(h.names, line.fields, one.when, one.what)
			}
		}
		first = false
		for i := range columns {
			one := &columns[i]
			if one.err != nil {
				continue
			}
			if named, err := one.addText(&line, limits.Rows); err != nil {
				one.err = r.fault(fmt.Sprintf("line %d", line.number), named, err)
			}
		}
	}
	for i := range columns {
		one := &columns[i]
		if one.err == nil {
			if err := one.numbers.doubt(); err != nil {
				one.err = r.fault("as a whole", one.demand.Value, err)
			}
		}
		if one.err == nil {
			one.err = one.rows.align(one.labels, one.demand.Across)
		}
		if one.err == nil {
			one.err = one.rows.finish(one.demand.Across, "line")
		}
	}
	return nil
}

// A csvLine is one line, and the last time that was read in it: columns of one
// line mostly share it.
type csvLine struct {
	fields [][]byte
	number int
	sum    uint32 // of all fields; 0: not known yet
	text   string
	zone   *time.Location
	at     stamp
	err    error
}

// instant reads a time of the line.
func (l *csvLine) instant(text string, times timeReader) (stamp, error) {
	if text != l.text || times.zone != l.zone {
		l.text, l.zone = text, times.zone
		l.at, l.err = times.read(text)
	}
	return l.at, l.err
}

// addText adds one line. With an error comes the column that it is about.
func (c *column) addText(line *csvLine, limit int) (string, error) {
	when, what := strings.TrimSpace(string(line.fields[c.when])), strings.TrimSpace(string(line.fields[c.what]))
	if isMissing(what) {
		c.rows.Counts.Empty++
		return "", nil
	}
	if when == "" {
		return c.demand.Time, errNoTime
	}
	at, err := line.instant(when, c.times)
	if err != nil {
		return c.demand.Time, err
	}
	value, err := c.numbers.read(what)
	if err != nil {
		return c.demand.Value, err
	}
	return c.demand.Value, c.keep(at, value, line, limit)
}

// keep adds a measurement, with a checksum of its line and with its label.
func (c *column) keep(at stamp, value float64, line *csvLine, limit int) error {
	if line.sum == 0 {
		for _, field := range line.fields {
			line.sum = crc32.Update(line.sum, crc32.IEEETable, field)
		}
	}
	n := c.rows.Len()
	err := c.rows.add(at, value, line.number, limit, line.sum)
	if c.rows.Len() > n {
		c.labels.add(line.fields)
	}
	return err
}

// csvFault puts an error of the CSV reader into words. What happened to the
// bytes beneath it comes first.
func (r *Rows) csvFault(h header, u *unpacked, limits Limits, err error) error {
	if what := u.trouble(limits.Unpacked); what != "" {
		return r.damaged(what)
	}
	at := h.records.line
	if errors.Is(err, errLong) {
		at = h.records.read
	}
	switch {
	case errors.Is(err, io.EOF):
		return r.damaged("it has no header line")
	case errors.Is(err, errFields), errors.Is(err, errLong), errors.Is(err, errOpen), errors.Is(err, errStray):
		return r.fault(fmt.Sprintf("line %d", max(1, at)), "", err)
	default:
		return fmt.Errorf("read %q: %w", r.Object, err)
	}
}

// timesOf reads the times of a demand. Where the steps are given, integers that
// are no times since 1970 number them.
func timesOf(d capacity.Demand, zone *time.Location) timeReader {
	return timeReader{zone: zone, format: d.TimeFormat, counts: d.Step}
}
