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

	"headroom/capacity"
)

// readCSV reads a header and then one measurement per line. The reader in
// reads u through a buffer.
func (r *Rows) readCSV(in *bufio.Reader, u *unpacked, d capacity.Demand, zone *time.Location, limits Limits) error {
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
	when, what, err := r.columns(names, d)
	if err != nil {
		return err
	}
	for {
		record, err := c.Read()
		if errors.Is(err, io.EOF) && u.trouble(limits.Unpacked) == "" {
			return nil
		}
		if err != nil {
			return r.csvFault(c, u, limits, err)
		}
		if column, err := r.addText(record[when], record[what], zone, limits.Rows, d); err != nil {
			line, _ := c.FieldPos(when)
			return r.fault(fmt.Sprintf("line %d", line), column, err)
		}
	}
}

// addText adds one line. With an error comes the column that it is about.
func (r *Rows) addText(when, what string, zone *time.Location, limit int, d capacity.Demand) (string, error) {
	when, what = strings.TrimSpace(when), strings.TrimSpace(what)
	if what == "" {
		r.Skipped++
		return "", nil
	}
	if when == "" {
		return d.Time, errNoTime
	}
	at, err := parseInstant(when, zone)
	if err != nil {
		return d.Time, err
	}
	value, err := parseNumber(what)
	if err != nil {
		return d.Value, err
	}
	return d.Value, r.add(arrow.Timestamp(at), value, limit)
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
