package policy

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/itchyny/timefmt-go"
	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

func (f *file) demand(top *section) capacity.Demand {
	var d capacity.Demand
	s := top.sub("demand", "say where the load history is: demand: {source: s3://bucket/prefix/}")
	d.Source = required(s, "source", source, "say where the load history is, such as s3://bucket/prefix/")
	if line, said := s.has("time"); !d.Queried() {
		d.Time = optional(s, "time", text, "timestamp", "the usual name of a time column")
		d.Value = optional(s, "value", text, "value", "the usual name of a measured column")
	} else {
		if said {
			f.wrong(line, s.full("time"), "names a column, and a server of metrics has none; remove it")
		}
		d.Value = required(s, "value", text, "write the query, such as sum(increase(http_requests_total[$step])): $step stands for demand.step")
	}
	d.Aggregate = optional(s, "aggregate", oneOf(capacity.Sum, capacity.Mean, capacity.Max), "sum", "requests and tokens are counted, and counts add up")
	if _, said := s.has("unit"); said {
		d.Unit = optional(s, "unit", unit, "", "")
	}
	for _, key := range []string{"across", "timeFormat", "decimal"} {
		line, said := s.has(key)
		switch {
		case !said:
		case d.Queried():
			f.wrong(line, s.full(key), "says how files are read, and a server of metrics has none; remove it")
		case key == "across":
			d.Across = optional(s, key, oneOf(capacity.Sum, capacity.Mean, capacity.Max), "", "")
		case key == "timeFormat":
			d.TimeFormat = optional(s, key, timeFormat, "", "")
		default:
			d.Decimal = optional(s, key, oneOf(".", ","), "", "")
		}
	}
	d.Step = optional(s, "step", step, "5m", "about as fast as units come up; finer steps only add noise")
	_, d.ZoneGiven = s.has("timezone")
	d.Timezone = optional(s, "timezone", zone, "UTC", "seasons then follow UTC days, and times without a zone are an error")
	d.Window = optional(s, "window", duration(day), "28d", "four weeks show the daily and the weekly season")
	return d
}

// unit reads the name of what load is measured in, such as requests/s.
func unit(n *yaml.Node) (string, error) {
	s, err := text(n)
	if err == nil && (len(s) > 40 || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })) {
		return "", fmt.Errorf("%q is no name of a unit; write one such as requests/s or tokens/s", shorten(s))
	}
	return s, err
}

// timeFormat reads a strftime format that says the date and the time of day.
func timeFormat(n *yaml.Node) (string, error) {
	s, err := text(n)
	if err != nil {
		return "", err
	}
	at := time.Date(2026, 11, 25, 21, 43, 0, 0, time.UTC)
	if back, err := timefmt.Parse(timefmt.Format(at, s), s); err != nil || !back.Truncate(24*time.Hour).Equal(at.Truncate(24*time.Hour)) {
		return "", fmt.Errorf("%q does not say the date; write a strftime format such as %%m/%%d/%%Y %%H:%%M", shorten(s))
	}
	return s, nil
}

// step reads the length of a step: it must divide the day, so that the same
// time of two days falls on the same step.
func step(n *yaml.Node) (time.Duration, error) {
	d, err := duration(time.Second)(n)
	if err == nil && day%d != 0 {
		return 0, fmt.Errorf("%s does not divide a day; choose one that does, such as 5m, 10m or 1h", shorten(n.Value))
	}
	return d, err
}

// zone reads the name of a time zone that can be loaded. "Local" is none: it
// would mean something else on every machine.
func zone(n *yaml.Node) (string, error) {
	s, err := text(n)
	if err != nil {
		return "", err
	}
	if _, err := time.LoadLocation(s); err != nil || s == "Local" {
		return "", fmt.Errorf("%q is no time zone; use an IANA name such as Asia/Shanghai or UTC", shorten(s))
	}
	return s, nil
}
