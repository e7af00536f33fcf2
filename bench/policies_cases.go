package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"headroom/capacity"
	"headroom/simulate"
)

// Every coarse trace is scaled to so many arrivals a second on average, whose
// counts vary by the square of burstiness times as much as Poisson's. Between
// its steps load is as lumpy as that, for every policy alike.
const (
	arrivals   = 50
	burstiness = 1.5
)

// peakUnits is how many units serve a high load: the 95th percentile of the
// training part.
const peakUnits = 20

// A trial is one trace on which policies are compared.
type trial struct {
	name  string
	train int             // ticks of the training part
	load  capacity.Series // per second
	rate  float64         // of a unit
}

// fleets are the folders of load that a fleet of units serves. The others of the
// cloud list are figures of one machine, or mentions.
var fleets = []string{"llm/", "web/", "cloud/", "demand/"}

// trials are the traces of fleets, cut into
// training and what is reported on: the last two fifths, or for tuning the last
// two fifths of the training part. Seed decides the arrivals.
func trials(r request, seed uint64) ([]trial, error) {
	sources := append(cloudList(), listed{"LLM tokens, BurstGPT", "llm/burstgpt1_week1_1min.csv.gz", "t_s", "tokens", "", time.Minute, "CC BY 4.0"})
	sheets := map[string]sheet{}
	var all []trial
	for i, l := range sources {
		fleet := slices.ContainsFunc(fleets, func(folder string) bool { return strings.HasPrefix(l.file, folder) })
		if r.only == "" && !fleet && !r.every || r.only != "" && !slices.Contains(list(r.only), l.name) {
			continue
		}
		file, seen := sheets[l.file]
		if !seen {
			var err error
			if file, err = read(r.data, l.file); err != nil {
				return nil, err
			}
			sheets[l.file] = file
		}
		measured, err := l.measurements(file)
		if err != nil {
			return nil, err
		}
		t, err := newTrial(l, grid(measured, l.native, l.native), r.test(), 100*seed+uint64(i))
		if err != nil {
			return nil, fmt.Errorf("trace %s: %w", l.name, err)
		}
		all = append(all, t)
	}
	return all, nil
}

func newTrial(l listed, s capacity.Series, test bool, seed uint64) (trial, error) {
	// Sixty days are enough to learn from and to be measured on.
	if most := int(60 * 24 * time.Hour / s.Step); s.Len() > most {
		s = s.Slice(s.Len()-most, s.Len())
	}
	if !test {
		s = s.Slice(0, s.Len()*6/10)
	}
	s.Values = outages(s.Values)
	if s.Step > time.Minute {
		factor := arrivals / average(present(s.Values))
		for i := range s.Values {
			s.Values[i] *= factor
		}
		var err error
		if s, err = (simulate.Arrivals{Burstiness: burstiness, Seed: seed}).Spread(s); err != nil {
			return trial{}, err
		}
	} else {
		s = held(s, 15*time.Second)
	}
	per := int(time.Hour / s.Step)
	t := trial{name: l.name, load: s, train: s.Len() * 6 / 10 / per * per}
	seen := present(s.Values[:t.train])
	slices.Sort(seen)
	t.rate = seen[len(seen)*95/100] / peakUnits
	if !(t.rate > 0) {
		return trial{}, fmt.Errorf("its training part is mostly zero: %w", capacity.ErrAllZero)
	}
	return t, nil
}

// outages leaves out what was not load: a whole step of (nearly) nothing amid a
// steady load is a drop-out of the collection, as the sources say.
func outages(values []float64) []float64 {
	sorted := present(values)
	slices.Sort(sorted)
	low := sorted[len(sorted)*5/100]
	out := slices.Clone(values)
	for i, v := range out {
		if v < 0.05*low {
			out[i] = math.NaN()
		}
	}
	return out
}

// held is s in finer ticks of the same level.
func held(s capacity.Series, tick time.Duration) capacity.Series {
	per := int(s.Step / tick)
	out := capacity.Series{Start: s.Start, Step: tick, Values: make([]float64, 0, per*s.Len())}
	for _, v := range s.Values {
		for range per {
			out.Values = append(out.Values, v)
		}
	}
	return out
}

// present is a copy without gaps.
func present(values []float64) []float64 {
	return slices.DeleteFunc(slices.Clone(values), math.IsNaN)
}

// reported is the case whose result is reported: the part after training.
func (t trial) reported(lead time.Duration) simulate.Case { return t.from(t.train, t.load.Len(), lead) }

// rehearsed is the case on which settings are chosen: the end of training.
func (t trial) rehearsed(lead time.Duration) simulate.Case {
	per := int(time.Hour / t.load.Step)
	return t.from(t.train*6/10/per*per, t.train, lead)
}

func (t trial) from(first, end int, lead time.Duration) simulate.Case {
	return simulate.Case{
		Load: t.load.Slice(0, end), From: first,
		Pool: capacity.Pool{Name: t.name, UnitRate: t.rate, Min: 1, Price: 1, LeadTime: lead},
	}
}
