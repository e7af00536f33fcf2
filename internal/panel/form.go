package panel

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A form is how a file writes ds. A tick is what it measures time in:
// nanoseconds since the Unix epoch, or the integer itself.
type form struct {
	parse  string // the layout to parse by; "" for integers
	print  string // the layout to print by
	zone   *time.Location
	counts time.Duration // what one integer is
}

// zoned marks the layouts that carry a zone of their own.
const zoned = "Z07:00"

var layouts = []string{
	time.RFC3339,
	"2006-01-02 15:04:05" + zoned,
	time.DateTime,
	"2006-01-02T15:04:05",
	time.DateOnly,
}

// recognise tells the form from the first ds of a file.
func recognise(ds []byte, step time.Duration, zone *time.Location) (form, error) {
	if _, err := strconv.ParseInt(string(ds), 10, 64); err == nil {
		if step <= 0 {
			step = time.Hour
		}
		return form{counts: step, zone: time.UTC}, nil
	}
	for _, layout := range layouts {
		if _, err := time.ParseInLocation(layout, string(ds), time.UTC); err != nil {
			continue
		}
		f := form{parse: layout, print: layout, zone: zone}
		switch {
		case layout == time.DateOnly:
			f.zone = time.UTC // a day has 24 hours in no other
		case strings.HasSuffix(layout, zoned):
			f.zone = time.UTC
			if !bytes.HasSuffix(ds, []byte("Z")) {
				f.print = strings.TrimSuffix(layout, zoned) + "-07:00"
			}
		}
		if layout != time.DateOnly {
			f.print = strings.Replace(f.print, ":05", ":05.999999999", 1)
		}
		return f, nil
	}
	return form{}, errors.New("write times as 2006-01-02T15:04:05Z, 2006-01-02 15:04:05 or 2006-01-02, or integers")
}

// tick reads a ds, and the zone that it carries, if it does.
func (f form) tick(ds []byte) (int64, *time.Location, error) {
	if f.parse == "" {
		n, err := strconv.ParseInt(string(ds), 10, 64)
		if err != nil {
			return 0, nil, errors.New("the rows before have integers, write one")
		}
		// A quarter of what fits: differences fit too.
		if most := int64(1<<61) / int64(f.counts); n > most || n < -most {
			return 0, nil, fmt.Errorf("it is too large to count steps of %v, number the steps one by one, or write times as 2006-01-02T15:04:05Z", f.counts)
		}
		return n, nil, nil
	}
	t, err := time.ParseInLocation(f.parse, string(ds), f.zone)
	if err != nil {
		return 0, nil, fmt.Errorf("the rows before have the form %s, write it like them", f.parse)
	}
	// Nanoseconds between two such times fit into 64 bits.
	if year := t.Year(); year < 1900 || year > 2190 {
		return 0, nil, errors.New("its year is not within 1900 and 2190, correct it")
	}
	return t.UnixNano(), t.Location(), nil
}

// time is the time of a tick.
func (f form) time(tick int64) time.Time {
	if f.parse == "" {
		return time.Unix(0, 0).UTC().Add(time.Duration(tick) * f.counts)
	}
	return time.Unix(0, tick).In(f.zone)
}

func (f form) append(dst []byte, tick int64) []byte {
	if f.parse == "" {
		return strconv.AppendInt(dst, tick, 10)
	}
	return f.time(tick).AppendFormat(dst, f.print)
}
