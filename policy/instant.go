package policy

import (
	"fmt"
	"time"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

// instant reads a time in RFC 3339, or one without a zone in that of d.
func instant(d capacity.Demand) parser[time.Time] {
	return func(n *yaml.Node) (time.Time, error) {
		var none time.Time
		if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
			return none, fmt.Errorf("%s, but a time is wanted; write one such as 2026-12-01T09:00", describe(n))
		}
		for _, form := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
			if t, err := time.Parse(form, n.Value); err == nil {
				return writable(t)
			}
		}
		zone, err := time.LoadLocation(d.Timezone)
		if err != nil {
			return none, nil //nolint:nilerr // the mistake is that of demand.timezone, which is on the list
		}
		for _, form := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly} {
			t, err := time.ParseInLocation(form, n.Value, zone)
			switch {
			case err != nil:
			case !d.ZoneGiven:
				return none, fmt.Errorf("%s has no zone; end it with Z or an offset, or set demand.timezone", shorten(n.Value))
			case t.Format(form) != n.Value:
				return none, fmt.Errorf("%s does not exist in %s, where clocks are put forward then; choose a time after it", shorten(n.Value), d.Timezone)
			default:
				return writable(t)
			}
		}
		return none, fmt.Errorf("%q is no time; write one such as 2026-12-01T09:00 or 2026-12-01T09:00:00+08:00", shorten(n.Value))
	}
}

// writable is t in UTC, if RFC 3339 can write it there.
func writable(t time.Time) (time.Time, error) {
	if t = t.UTC(); t.Year() < 1 || t.Year() > 9998 {
		return time.Time{}, fmt.Errorf("the year %d is too far away; choose one from 1 to 9998", t.Year())
	}
	return t, nil
}

// midnight is when a day begins on the wall clock of a zone. Where clocks are
// put back over midnight it is the first of the two, and where they are put
// forward over it, the moment at which they are.
func midnight(date time.Time, zone *time.Location) time.Time {
	t := time.Date(date.Year(), date.Month(), date.Day(), 0, 0, 0, 0, zone)
	from, to := t.ZoneBounds()
	switch {
	case t.Day() != date.Day(): // the gap, seen from before it
		return to
	case t.Hour() != 0 || t.Minute() != 0 || t.Second() != 0: // and from after it
		return from
	case from.IsZero():
		return t
	}
	_, offset := t.Zone()
	_, prior := from.Add(-1).Zone()
	if first := t.Add(-time.Duration(prior-offset) * time.Second); prior > offset && first.Before(from) {
		return first
	}
	return t
}
