package history

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
)

// readCSV reads a header and then one measurement per line and column. The
// reader in reads u through a buffer.
func (r *Rows) readCSV(in *bufio.Reader, u *unpacked, columns []column, limits Limits) error {
	head, _ := in.Peek(in.Size()) // a shorter object has fewer bytes to peek at
	if bom := []byte("\xef\xbb\xbf"); bytes.HasPrefix(head, bom) {
		head = head[len(bom):]
		if _, err := in.Discard(len(bom)); err != nil {
			return r.csvFault(nil, u, limits, err)
		}
	}
	c := csv.NewReader(in)
	c.ReuseRecord = true
	c.Comma = separator(head)
	header, err := c.Read()
	if err != nil {
		return r.csvFault(c, u, limits, err)
	}
	names := slices.Clone(header)
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
	}
	for i := range columns {
		if one := &columns[i]; one.err == nil {
			one.when, one.what, one.err = r.columns(names, one.demand)
		}
	}
	for line := (csvLine{}); ; {
		if !slices.ContainsFunc(columns, func(one column) bool { return one.err == nil }) {
			return nil // nobody wants the rest
		}
		line.record, err = c.Read()
		if errors.Is(err, io.EOF) && u.trouble(limits.Unpacked) == "" {
			return nil
		}
		if err != nil {
			return r.csvFault(c, u, limits, err)
		}
		for i := range columns {
			one := &columns[i]
			if one.err != nil {
				continue
			}
			if named, err := one.addText(&line, limits.Rows); err != nil {
				number, _ := c.FieldPos(one.when)
				one.err = r.fault(fmt.Sprintf("line %d", number), named, err)
			}
		}
	}
}

// A csvLine is one line, and the last time that was read in it: columns of one
// line mostly share it.
type csvLine struct {
	record []string
	text   string
	zone   *time.Location
	at     int64
	err    error
}

// instant reads a time of the line.
func (l *csvLine) instant(text string, zone *time.Location) (int64, error) {
	if text != l.text || zone != l.zone {
		l.text, l.zone = text, zone
		l.at, l.err = parseInstant(text, zone)
	}
	return l.at, l.err
}

// addText adds one line. With an error comes the column that it is about.
func (c *column) addText(line *csvLine, limit int) (string, error) {
	when, what := strings.TrimSpace(line.record[c.when]), strings.TrimSpace(line.record[c.what])
	if what == "" {
		c.rows.Skipped++
		return "", nil
	}
	if when == "" {
		return c.demand.Time, errNoTime
	}
	at, err := line.instant(when, c.zone)
	if err != nil {
		return c.demand.Time, err
	}
	value, err := parseNumber(what)
	if err != nil {
		return c.demand.Value, err
	}
	return c.demand.Value, c.rows.add(arrow.Timestamp(at), value, limit)
}

// csvFault puts an error of the CSV reader into words. What happened to the
// bytes beneath it comes first.
func (r *Rows) csvFault(c *csv.Reader, u *unpacked, limits Limits, err error) error {
	if what := u.trouble(limits.Unpacked); what != "" {
		return r.damaged(what)
	}
	var p *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return r.damaged("it has no header line")
	case errors.Is(err, csv.ErrFieldCount) && errors.As(err, &p):
		return r.fault(fmt.Sprintf("line %d", p.Line), "", fmt.Errorf("it has another number of fields than the %d of the header; the object may be cut off: upload it again", c.FieldsPerRecord))
	case errors.As(err, &p):
		return r.fault(fmt.Sprintf("line %d", p.Line), "", p.Err)
	default:
		return fmt.Errorf("read %q: %w", r.Object, err)
	}
}

// separator is the one of comma, semicolon and tab that the header line has
// most of.
func separator(head []byte) rune {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	best := ','
	for _, s := range ";\t" {
		if bytes.Count(line, []byte(string(s))) > bytes.Count(line, []byte(string(best))) {
			best = s
		}
	}
	return best
}
