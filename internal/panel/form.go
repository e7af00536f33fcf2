package panel

import (
	"strconv"
	"strings"
	"time"
)

// A form is how a file writes times.
type form struct {
	print  string // the layout to print by; "" for integers
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

// formOf tells the form from a time as it is written. What is in no form that can
// be written again is written by RFC 3339. Integers up to most number steps.
func formOf(text string, step time.Duration, zone *time.Location) form {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && -1e8 < n && n < 1e8 && len(strings.TrimLeft(text, "+-")) != len("20060102") {
		return form{counts: step, zone: time.UTC}
	}
	for _, layout := range layouts {
		t, err := time.ParseInLocation(layout, text, time.UTC)
		if err != nil {
			continue
		}
		f := form{print: layout, zone: zone}
		switch {
		case layout == time.DateOnly:
			f.zone = time.UTC // a day has 24 hours in no other
		case strings.HasSuffix(layout, zoned):
			f.zone = t.Location()
			if !strings.HasSuffix(text, "Z") {
				f.print = strings.TrimSuffix(layout, zoned) + "-07:00"
			}
		}
		if layout != time.DateOnly {
			f.print = strings.Replace(f.print, ":05", ":05.999999999", 1)
		}
		return f
	}
	return form{print: time.RFC3339Nano, zone: zone}
}

// dates reports whether the file has days and no times of day.
func (f form) dates() bool { return f.print == time.DateOnly }

// append appends a time in nanoseconds since 1970.
func (f form) append(dst []byte, at int64) []byte {
	if f.print == "" {
		return strconv.AppendInt(dst, at/int64(f.counts), 10)
	}
	return time.Unix(0, at).In(f.zone).AppendFormat(dst, f.print)
}
