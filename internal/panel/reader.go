package panel

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"headroom/capacity"
)

// Settings say how a panel file is to be read. The zero Settings are the
// defaults.
type Settings struct {
	// Name is what errors call the file. Default: input.
	Name string
	// Step is the time step of timed series, and what one integer is where ds
	// are integers. Default: the smallest positive difference within each
	// series, and an hour for integers.
	Step time.Duration
	// Zone is that of times which have none themselves; a date alone needs
	// none. Default: UTC.
	Zone *time.Location
}

// A Reader reads the series of a panel file one after the other. Columns are
// found by their names unique_id, ds and y; others are ignored. The rows of a
// series may be in any order, but must stand together.
//
// Beside the series at hand it keeps 16 bytes for each one that was read.
type Reader struct {
	settings         Settings
	records          *records
	id, ds, y, width int // places of the columns, and how many fields a row needs
	form             form
	rows             []row
	seen             map[[16]byte]struct{}
	next             string // the series that the only row in rows starts
	err              error  // what ends the file; io.EOF if nothing is wrong
}

// NewReader reads the panel file in. Nothing is read before the first Next.
func NewReader(in io.Reader, settings Settings) *Reader {
	if settings.Name == "" {
		settings.Name = "input"
	}
	if settings.Zone == nil {
		settings.Zone = time.UTC
	}
	return &Reader{settings: settings, records: newRecords(in)}
}

// Next reads one series, and returns [io.EOF] after the last. All other errors
// name the file, the line and the remedy, and end the file; what is wrong with
// the file itself is a [capacity.ErrBadData], and a file without any row a
// [capacity.ErrNoData].
func (r *Reader) Next() (Series, error) {
	if r.seen == nil && r.err == nil {
		r.seen = map[[16]byte]struct{}{}
		if r.err = r.header(); r.err == nil {
			r.err = r.begin()
		}
		if errors.Is(r.err, io.EOF) {
			r.err = fmt.Errorf("read %s: it has a header and no rows: %w", r.settings.Name, capacity.ErrNoData)
		}
	}
	if len(r.rows) == 0 {
		return Series{}, r.err
	}
	id := r.next
	if err := r.once(id); err != nil {
		r.rows, r.err = nil, err
		return Series{}, err
	}
	form, after := r.form, row{} // a row of the next series may have another zone
	for r.err == nil {
		var fields [][]byte
		if fields, after, r.err = r.row(); r.err != nil {
			break
		}
		if string(fields[r.id]) != id {
			r.next = string(fields[r.id])
			break
		}
		r.rows, form = append(r.rows, after), r.form
	}
	if r.err != nil && !errors.Is(r.err, io.EOF) {
		r.rows = nil
		return Series{}, r.err
	}
	s, err := r.grid(id, form)
	switch {
	case err != nil:
		r.rows, r.err = nil, err
	case r.err != nil:
		r.rows = nil
	default:
		r.rows = append(r.rows[:0], after)
	}
	return s, err
}

// header finds the columns.
func (r *Reader) header() error {
	fields, err := r.records.next()
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("read %s: it is empty, its first line must be unique_id,ds,y: %w", r.settings.Name, capacity.ErrNoData)
	}
	if err != nil {
		return r.fault(err)
	}
	var names []string
	for _, f := range fields {
		names = append(names, strings.TrimSpace(string(f)))
	}
	r.id, r.ds, r.y = only(names, "unique_id"), only(names, "ds"), only(names, "y")
	if min(r.id, r.ds, r.y) < 0 {
		return r.fault(fmt.Errorf("the header is %.200q, name one column unique_id, one ds and one y", strings.Join(names, ",")))
	}
	r.width = max(r.id, r.ds, r.y) + 1
	return nil
}

// only is the place of the one column of that name, or -1.
func only(names []string, name string) int {
	i := slices.Index(names, name)
	if i >= 0 && slices.Contains(names[i+1:], name) {
		return -1
	}
	return i
}

// begin reads the first row.
func (r *Reader) begin() error {
	fields, first, err := r.row()
	if err != nil {
		return err
	}
	r.next, r.rows = string(fields[r.id]), append(r.rows, first)
	return nil
}

// once makes sure that no series of that ID was read before. What is kept is
// a hash, since IDs may be long and series many.
func (r *Reader) once(id string) error {
	sum := sha256.Sum256([]byte(id))
	key := [16]byte(sum[:])
	if _, again := r.seen[key]; again {
		return r.faultAt(r.rows[0].line, fmt.Errorf("series %.80q comes back after another one, sort the file by unique_id", id))
	}
	r.seen[key] = struct{}{}
	return nil
}

// fault says where err happened.
func (r *Reader) fault(err error) error {
	switch {
	case errors.Is(err, io.EOF):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = errors.New("the compressed data ends early, copy the file again")
	}
	return r.faultAt(max(r.records.line, r.records.read), err)
}

func (r *Reader) faultAt(line int, err error) error {
	return fmt.Errorf("%s, line %d: %w: %w", r.settings.Name, line, err, capacity.ErrBadData)
}
