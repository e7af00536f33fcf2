// Package loadtest makes histories of load with known faults, for the tests of the commands that
// read them.
package loadtest

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"
)

// Peak is a load of 100 requests a second with a wave of 80 that peaks at 14:00
// UTC, as counts in intervals of the given length over so many days from 2 March
// 2026, with the given noise. A unit serves 20: right are 261 unit-hours in two
// days and at most 9 units.
func Peak(days int, interval time.Duration, noise float64) []Sample {
	r := rand.New(rand.NewPCG(1, 2))
	start := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	var out []Sample
	for t := start; t.Before(start.AddDate(0, 0, days)); t = t.Add(interval) {
		middle := t.Add(interval / 2)
		hour := float64(middle.Hour()) + float64(middle.Minute())/60
		out = append(out, Sample{t, (100 + 80*math.Cos((hour-14)/24*2*math.Pi)) * math.Exp(noise*r.NormFloat64()), interval})
	}
	return out
}

// Without leaves out the samples of the times of day in [from, to), in minutes.
func Without(samples []Sample, from, to int) []Sample {
	var out []Sample
	for _, s := range samples {
		if m := s.At.Hour()*60 + s.At.Minute(); m < from || m >= to {
			out = append(out, s)
		}
	}
	return out
}

// Times makes the n-th sample from the end so many times as high.
func Times(samples []Sample, n int, factor float64) []Sample {
	samples[len(samples)-n].Rate *= factor
	return samples
}

// A Sample is a measurement that was or was not exported.
type Sample struct {
	At    time.Time
	Rate  float64 // requests per second over the interval
	Cover time.Duration
}

// Rows writes samples as counts, with times in UTC.
func Rows(samples []Sample) [][]string {
	var out [][]string
	for _, s := range samples {
		out = append(out, []string{s.At.UTC().Format("2006-01-02T15:04:05.999Z"), fmt.Sprintf("%.0f", s.Rate*s.Cover.Seconds())})
	}
	return out
}

// Text writes rows below a header.
func Text(header string, rows [][]string) []byte {
	var b bytes.Buffer
	b.WriteString(header + "\n")
	for _, r := range rows {
		b.WriteString(strings.Join(r, ",") + "\n")
	}
	return b.Bytes()
}

// CSV writes samples as a file with the columns ts and requests.
func CSV(samples []Sample) []byte { return Text("ts,requests", Rows(samples)) }
