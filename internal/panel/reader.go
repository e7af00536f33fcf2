package panel

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"headroom/capacity"
	"headroom/history"
)

// Settings say how a panel file is to be read. The zero Settings are the
// defaults.
type Settings struct {
	// Name is what errors call the file. Default: input.
	Name string
	// Size is the number of bytes of the file as it is stored; 0: not known.
	Size int64
	// Layout names the columns. Default: they are recognised.
	Layout history.Layout
	// Step is the time step of timed series, and what one integer is where times
	// are integers. Default: the smallest positive difference within each series,
	// and an hour for integers.
	Step time.Duration
	// Zone is that of times which have none themselves; a date alone needs
	// none. Default: UTC.
	Zone *time.Location
	// Across says how rows of one series and time go together. Default: they may
	// only repeat each other.
	Across capacity.Aggregate
	// Aggregate says how rows become steps, where they are not one for each.
	// Default: such a series is refused.
	Aggregate capacity.Aggregate
	// Decimal and TimeFormat are those of [capacity.Demand].
	Decimal, TimeFormat string
}

// A Reader reads the series of a panel file one after the other. The rows of a
// series may be in any order, and those of several may alternate, as long as the
// file is small; in a file of more than 2 Mi rows the rows of a series have to
// stand together.
type Reader struct {
	next   func() (Series, error, bool)
	err    error // what ends the file; io.EOF if nothing is wrong
	layout history.Layout
}

// NewReader reads the panel file in. Nothing is read before the first Next.
func NewReader(in io.Reader, settings Settings) *Reader {
	settings.Name = cmp.Or(settings.Name, "input")
	if settings.Zone == nil {
		settings.Zone = time.UTC
	}
	r := &Reader{}
	var stop func()
	r.next, stop = iter.Pull2(func(yield func(Series, error) bool) {
		g := gathering{settings: settings, yield: yield, seen: map[[16]byte]bool{}}
		demand := capacity.Demand{Timezone: settings.Zone.String(), ZoneGiven: true, Step: cmp.Or(settings.Step, time.Hour), Decimal: settings.Decimal, TimeFormat: settings.TimeFormat}
		layout, err := history.Scan(settings.Name, in, settings.Size, settings.Layout, demand, history.Limits{}, g.add)
		r.layout = layout
		if err != nil && !g.alternate && len(g.order) > 0 {
			g.order = g.order[:len(g.order)-1] // all before the newest series are complete
		}
		if gaveOut := g.giveOut(); err == nil || gaveOut != nil {
			err = gaveOut
		}
		if err != nil && !errors.Is(err, errStopped) {
			yield(Series{}, err)
		}
	})
	_ = stop // the iteration ends with the file, or with the program
	return r
}

// Layout is the columns that are read, once the first series was.
func (r *Reader) Layout() history.Layout { return r.layout }

// Next reads one series, and returns [io.EOF] after the last. All other errors
// name the file, the line and the remedy, and end the file; what is wrong with
// the file itself is a [capacity.ErrBadData], and a file without any row a
// [capacity.ErrNoData].
func (r *Reader) Next() (Series, error) {
	if r.err != nil {
		return Series{}, r.err
	}
	s, err, more := r.next()
	switch {
	case !more:
		r.err = io.EOF
	case err != nil:
		r.err = err
	}
	return s, r.err
}

// A row is one measurement of a series.
type row struct {
	at, later int64
	y         float64
	line      int
}

// Whether series alternate is told by the first lookAhead rows; then all rows,
// most of them at most, are held until the end of the file.
const (
	lookAhead = 2000
	most      = 2 << 20
)

// errStopped ends the scan when nothing is read any more.
var errStopped = errors.New("no more series are wanted")

// A gathering puts rows together that belong to one series.
type gathering struct {
	settings Settings
	yield    func(Series, error) bool
	seen     map[[16]byte]bool // hashes of the IDs that were given out

	groups    map[string]*group // that are held
	order     []*group
	rows      int  // that are held
	decided   bool // whether series alternate
	alternate bool
}

// A group is the rows of one series.
type group struct {
	id   string
	rows []row
	text string // the last time as it is written
}

// add takes one measurement.
func (g *gathering) add(m history.Measurement) error {
	if year := time.Unix(0, m.At).UTC().Year(); year < 1900 || year > 2190 {
		return fmt.Errorf("read %q: line %d: the year %d is not within 1900 and 2190, correct it: %w", g.settings.Name, m.Line, year, capacity.ErrBadData)
	}
	if g.groups == nil {
		g.groups = map[string]*group{}
	}
	last := len(g.order) - 1
	at := g.groups[m.ID]
	if at == nil {
		if g.decided && !g.alternate && last >= 0 {
			if err := g.giveOut(); err != nil {
				return err
			}
		}
		if g.seen[hash(m.ID)] {
			return fmt.Errorf("read %q: line %d: series %.80q comes back after another one, sort the file by the column that names series: %w", g.settings.Name, m.Line, m.ID, capacity.ErrBadData)
		}
		at = &group{id: m.ID}
		g.groups[m.ID] = at
		g.order = append(g.order, at)
	} else if at != g.order[last] {
		g.alternate, g.decided = true, true
	}
	at.rows = append(at.rows, row{m.At, m.Later, m.Value, m.Line})
	at.text = m.Text
	if g.rows++; g.rows > most {
		return fmt.Errorf("read %q: line %d: more than %d rows of series that alternate, or of one series; sort the file by the column that names series, or write it at longer intervals: %w", g.settings.Name, m.Line, most, capacity.ErrBadData)
	}
	if !g.decided && g.rows >= lookAhead {
		g.decided = true
		// What stands before the newest series is complete.
		held := g.order[len(g.order)-1]
		g.order = g.order[:len(g.order)-1]
		if err := g.giveOut(); err != nil {
			return err
		}
		g.groups[held.id], g.order, g.rows = held, append(g.order, held), len(held.rows)
	}
	return nil
}

// giveOut gives out the held series in the order of the file.
func (g *gathering) giveOut() error {
	for _, one := range g.order {
		g.seen[hash(one.id)] = true
		if !g.yield(g.settings.grid(one), nil) {
			return errStopped
		}
	}
	clear(g.groups)
	g.order, g.rows = g.order[:0], 0
	return nil
}

// hash is kept of an ID, since IDs may be long and series many.
func hash(id string) [16]byte {
	sum := sha256.Sum256([]byte(id))
	return [16]byte(sum[:])
}
