package history

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"headroom/capacity"
)

// A Layout says which columns of an object hold what. What is empty is
// recognised: the columns unique_id, ds and y of the long format; a time column
// and a load column alone; or one column of a usual name for times, and others
// that each hold a series of numbers (the wide format).
type Layout struct {
	ID     string // names the series of a row; empty: each value column is one
	Time   string
	Values []string
}

// A Measurement is one row of one series, as [Scan] finds it.
type Measurement struct {
	ID    string  // of the series
	At    int64   // nanoseconds since 1970
	Later int64   // a second time at which the wall clock shows the same; 0: none
	Value float64 // NaN: none was measured
	Line  int     // the line, or the number of the row, from 1
	Text  string  // the time as it is written; empty in Parquet
}

// Scan reads an object of many series, and hands each row to use, in the order of
// the object. Format, compression, columns, times and numbers are those of
// [Read]; integers that are no times since 1970 number steps of d.Step. It
// returns the columns that were read. The errors are ErrBadData, ErrNoData for
// an object without rows, and those of use.
func Scan(name string, in io.Reader, size int64, l Layout, d capacity.Demand, limits Limits, use func(Measurement) error) (Layout, error) {
	limits = limits.OrDefault()
	zone := d.Zone()
	object := Rows{Object: name}
	u, err := unpack(in, size, limits.Unpacked)
	if err != nil {
		return l, object.damaged(fmt.Sprintf("it is compressed, and cut off or damaged (%v)", err))
	}
	b := bufio.NewReaderSize(u, maxRecord)
	head, _ := b.Peek(16) // fewer bytes are no error: what matters is what they are
	if what := u.trouble(limits.Unpacked); what != "" && len(head) == 0 {
		return l, object.damaged(what)
	}
	if f := foreign(head); f != "" {
		return l, fmt.Errorf("read %q: it is %s; write CSV (UTF-8) or Parquet, plain or with gzip or zstd: %w", name, f, capacity.ErrBadData)
	}
	s := scanner{Rows: &object, layout: l, demand: d, times: timesOf(d, zone), limits: limits, use: use}
	switch {
	case len(head) == 0:
		return l, fmt.Errorf("read %q: it is empty: %w", name, capacity.ErrNoData)
	case bytes.HasPrefix(head, []byte("PAR1")):
		err = s.parquet(in, b, u, size)
	default:
		err = s.csv(b, u)
	}
	if err == nil && s.rows == 0 {
		err = fmt.Errorf("read %q: it has a header and no rows: %w", name, capacity.ErrNoData)
	}
	var own errUse
	if errors.As(err, &own) {
		err = own.error
	}
	return s.layout, err
}

// A scanner is one call of Scan.
type scanner struct {
	*Rows
	layout Layout
	demand capacity.Demand
	times  timeReader
	limits Limits
	use    func(Measurement) error
	rows   int
}

// csv scans CSV.
func (s *scanner) csv(in *bufio.Reader, u *unpacked) error {
	ways := [][]string{longFormat}
	if s.layout.Time != "" {
		ways = [][]string{append([]string{s.layout.Time}, s.layout.Values...)}
	}
	h, err := readHeader(in, ways)
	if err != nil {
		return s.csvFault(h, u, s.limits, err)
	}
	for _, name := range h.names {
		if _, err := s.times.read(name); err == nil && len(name) > 8 {
			return s.fault("line 1", "", fmt.Errorf("it holds the time %q in place of names of columns; add a header line such as timestamp,requests", name))
		}
	}
	fields, err := h.next()
	if err != nil && !errors.Is(err, io.EOF) || u.trouble(s.limits.Unpacked) != "" {
		return s.csvFault(h, u, s.limits, err)
	}
	places, known := s.recognise(h.names, fields)
	if known != nil {
		return known
	}
	numbers := make([]numberReader, len(places.values))
	for i := range numbers {
		numbers[i] = newNumberReader(s.demand.Decimal, h.records.comma[0])
	}
	for err == nil {
		m := Measurement{Line: h.records.line, Text: strings.TrimSpace(string(fields[places.time]))}
		var at stamp
		if at, err = s.times.read(m.Text); err != nil {
			return s.fault(fmt.Sprintf("line %d", m.Line), s.layout.Time, err)
		}
		m.At, m.Later = at.at, at.later
		for i, place := range places.values {
			m.ID = s.layout.Values[i]
			if places.id >= 0 {
				m.ID = s.name(string(fields[places.id]), i)
			}
			if m.Value, err = numbers[i].read(strings.TrimSpace(string(fields[place]))); err == nil {
				err = s.emit(m)
			}
			if err != nil {
				return s.faultOf(err, m.Line, s.layout.Values[i])
			}
		}
		fields, err = h.next()
	}
	if !errors.Is(err, io.EOF) || u.trouble(s.limits.Unpacked) != "" {
		return s.csvFault(h, u, s.limits, err)
	}
	for i := range numbers {
		if err := numbers[i].doubt(); err != nil {
			return s.fault("as a whole", s.layout.Values[i], err)
		}
	}
	return nil
}

// errUse marks errors of the caller's function.
type errUse struct{ error }

func (s *scanner) emit(m Measurement) error {
	s.rows++
	switch {
	case math.IsInf(m.Value, 0):
		m.Value = math.NaN()
	case m.Value < 0:
		return fmt.Errorf("the load %v is negative; leave the cell empty if nothing was measured", m.Value)
	}
	if err := s.use(m); err != nil {
		return errUse{err}
	}
	return nil
}

// faultOf says where an error happened, if it is not the caller's own.
func (s *scanner) faultOf(err error, line int, column string) error {
	var own errUse
	if errors.As(err, &own) {
		return err
	}
	return s.fault(fmt.Sprintf("line %d", line), column, err)
}

// name is the name of a series of the long format.
func (s *scanner) name(id string, value int) string {
	if len(s.layout.Values) == 1 {
		return id
	}
	return id + "/" + s.layout.Values[value]
}

// places are where the columns of a layout are.
type places struct {
	id, time int // -1: there is none
	values   []int
}

var (
	longFormat = []string{"unique_id", "ds", "y"}
	timeNames  = []string{"ds", "timestamp", "time", "ts", "date", "datetime", "hour", "at"}
)

// recognise completes the layout by the names of the columns and by the first row,
// which may be nil.
func (s *scanner) recognise(names []string, first [][]byte) (places, error) {
	l := &s.layout
	number := func(i int) bool {
		n := newNumberReader(s.demand.Decimal, ';')
		_, err := n.read(strings.TrimSpace(string(first[i])))
		return first == nil || err == nil
	}
	switch {
	case l.Time == "" && len(l.Values) == 0 && l.ID == "" && containsAll(names, longFormat):
		*l = Layout{ID: "unique_id", Time: "ds", Values: []string{"y"}}
	case l.Time == "" || len(l.Values) == 0:
		unknown := func(why string) (places, error) {
			return places{}, fmt.Errorf("read %q: %s, and %s; name them by --time and --value, and by --id the one that names series, if there is one: %w", s.Object, listed(names), why, capacity.ErrBadData)
		}
		if l.Time == "" {
			at := slices.IndexFunc(names, func(n string) bool { return slices.Contains(timeNames, strings.ToLower(n)) })
			if at < 0 && len(names) == 2 && len(l.Values) == 0 && l.ID == "" {
				at = 0
			}
			if at < 0 {
				return unknown("none of them is known to hold times")
			}
			l.Time = names[at]
		}
		if len(l.Values) == 0 {
			for i, name := range names {
				if name == l.Time || name == l.ID || name == "" {
					continue
				}
				if first != nil && !number(i) {
					return unknown(fmt.Sprintf("%q holds no numbers", name))
				}
				l.Values = append(l.Values, name)
			}
			if len(l.Values) == 0 {
				return unknown("none of them is left for the load")
			}
			if l.ID != "" && len(l.Values) > 1 {
				return unknown("several of them may hold the load")
			}
		}
	}
	p := places{id: -1}
	var err error
	if l.ID != "" {
		if p.id, err = s.column(names, "--id", l.ID); err != nil {
			return p, err
		}
	}
	if p.time, err = s.column(names, "--time", l.Time); err != nil {
		return p, err
	}
	for _, name := range l.Values {
		at, err := s.column(names, "--value", name)
		if err != nil {
			return p, err
		}
		if at == p.time || at == p.id {
			return p, fmt.Errorf("read %q: the column %q is named twice; correct --time, --id and --value: %w", s.Object, name, capacity.ErrBadData)
		}
		p.values = append(p.values, at)
	}
	return p, nil
}

// parquet scans Parquet.
func (s *scanner) parquet(in io.Reader, b *bufio.Reader, u *unpacked, size int64) (err error) {
	at, length, err := wholeObject(in, b, u, size, s.limits)
	if err != nil {
		return s.damaged(err.Error())
	}
	defer s.recovered(&err, s.limits)
	return openParquet(at, length, s.limits, func(f *file.Reader, open *pqarrow.FileReader) error {
		names := leaves(f)
		places, err := s.recognise(names, nil)
		if err != nil {
			return err
		}
		wanted := append([]int{places.time}, places.values...)
		if places.id >= 0 {
			wanted = append(wanted, places.id)
		}
		slices.Sort(wanted)
		for group := range f.NumRowGroups() {
			if f.MetaData().RowGroup(group).NumRows() == 0 {
				continue
			}
			if err := s.rowGroupOf(open, group, wanted, isUTC(f, places.time)); err != nil {
				return err
			}
		}
		return nil
	})
}

// rowGroupOf scans one row group.
func (s *scanner) rowGroupOf(open *pqarrow.FileReader, group int, wanted []int, utc bool) error {
	records, err := open.GetRecordReader(context.Background(), wanted, []int{group})
	if err != nil {
		return err
	}
	defer records.Release()
	for {
		batch, err := records.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		when, err := leafOf(batch, s.layout.Time)
		if err != nil {
			return err
		}
		instant, err := instants(when, s.times, utc)
		if err != nil {
			return s.fault("every row", s.layout.Time, err)
		}
		var id func(int) string
		if s.layout.ID != "" {
			ids, err := leafOf(batch, s.layout.ID)
			if err != nil {
				return err
			}
			id = ids.ValueStr
		}
		values := make([]func(int) (float64, error), len(s.layout.Values))
		for k, name := range s.layout.Values {
			what, err := leafOf(batch, name)
			if err != nil {
				return err
			}
			reader := newNumberReader(s.demand.Decimal, ',')
			read, err := numbers(what, &reader)
			if err != nil {
				return s.fault("every row", name, err)
			}
			values[k] = func(i int) (float64, error) {
				if missing(what, i) {
					return math.NaN(), nil
				}
				return read(i)
			}
		}
		base := s.rows / len(values)
		for i := range int(batch.NumRows()) {
			m := Measurement{Line: base + i + 1}
			if missing(when, i) {
				return s.fault(fmt.Sprintf("row %d", m.Line), s.layout.Time, errNoTime)
			}
			at, err := instant(i)
			if err != nil {
				return s.fault(fmt.Sprintf("row %d", m.Line), s.layout.Time, err)
			}
			m.At, m.Later = at.at, at.later
			for k := range values {
				m.ID = s.layout.Values[k]
				if id != nil {
					m.ID = s.name(id(i), k)
				}
				if m.Value, err = values[k](i); err == nil {
					err = s.emit(m)
				}
				if err != nil {
					return s.faultOf(err, m.Line, s.layout.Values[k])
				}
			}
		}
	}
}
