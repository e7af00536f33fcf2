package historytest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"headroom/capacity"
)

// An Export is one file as another tool writes it, with the load that it holds.
type Export struct {
	Name string // the tool and its format
	Data []byte

	Time, Value string // names of the columns
	ID          string // name of the column that tells rows of the same time apart; empty if there are none
	Timezone    string // of the wall clock that its times follow; empty if each time names its offset
	Aggregate   capacity.Aggregate
	Step        time.Duration

	Want Reading
	// Times and Values are the right load: one row for each time that was
	// measured, in the order of time, and the sum of the rows of one time.
	Times  []time.Time
	Values []float64
}

// String names the export and how its load was drawn.
func (e Export) String() string {
	return fmt.Sprintf("%s: step %v, zone %q, %d times", e.Name, e.Step, e.Timezone, len(e.Times))
}

// A Reading says what a reader has to make of an Export.
type Reading int

// The readings.
const (
	Read          Reading = iota // it has to be read, with the right load
	ReadOrRefused                // it may be refused with the remedy, but never read with other load
	Refused                      // what it holds cannot be told for certain
)

// Exports writes the same kind of load as files of several tools: CloudWatch,
// Prometheus and Grafana, Datadog, spreadsheets, SQL databases. The seed chooses
// step, zone, dates, size of the load and which measurements are missing. The
// same seed always gives the same bytes.
func Exports(seed uint64) []Export {
	random := rand.New(rand.NewPCG(seed, 12))
	var all []Export
	for _, f := range slices.Concat(monitoring, spreadsheets, databases) {
		m := newMeasured(random, f)
		e := Export{
			Name: f.name, Time: f.time, Value: f.value, ID: f.id, Aggregate: f.aggregate, Step: m.step, Want: f.want,
			Data: f.write(m), Times: m.times, Values: m.total,
		}
		if f.local {
			e.Timezone = m.zone.String()
		}
		all = append(all, e)
	}
	return all
}

// An exportFormat is how one tool writes load.
type exportFormat struct {
	name            string
	time, value, id string // columns; an empty id: there is one row per time
	aggregate       capacity.Aggregate
	local           bool    // times are on the wall clock and name no offset
	lowDays         bool    // no day of a month is above 12
	least, most     float64 // of a count; 0 is no bound
	fraction        float64 // is added to each count
	want            Reading
	write           func(*measured) []byte
}

// measured is the load of one export before it is written.
type measured struct {
	random *rand.Rand
	zone   *time.Location
	step   time.Duration
	slots  []time.Time // every step, measured or not
	hosts  []string    // one empty name if rows are not told apart
	values [][]float64 // by slot and host; NaN if nothing was measured

	times []time.Time // the slots with a measurement
	total []float64   // and their sums over the hosts
}

// exportZones are zones of which no hour is there twice between January and
// September.
var exportZones = []string{"Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Shanghai", "UTC"}

// newMeasured draws the load of one export: a daily wave, two weeks long. One
// measurement in fifty is missing.
func newMeasured(random *rand.Rand, f exportFormat) *measured {
	zone, err := time.LoadLocation(exportZones[random.IntN(len(exportZones))])
	if err != nil {
		panic(err) // the zones are part of every Go installation
	}
	steps := []time.Duration{time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, time.Hour}
	m := &measured{random: random, zone: zone, step: steps[random.IntN(len(steps))], hosts: []string{""}}
	if f.id != "" {
		m.hosts = []string{"chat-7d9f-a", "chat-7d9f-b", "chat-7d9f-c"}[:2+random.IntN(2)]
	}
	first, days := time.Date(2026, 1, 5+random.IntN(240), 0, 0, 0, 0, zone), 14
	if f.lowDays {
		first, days = time.Date(2026, time.Month(1+random.IntN(9)), 1+random.IntN(3), 0, 0, 0, 0, zone), 9
	}
	level := math.Pow(10, 1+2*random.Float64()) // of the whole service, per second
	last := first.AddDate(0, 0, days)
	for at := first; at.Before(last); at = at.Add(m.step) {
		hour := float64(at.In(zone).Hour()) + float64(at.In(zone).Minute())/60
		perSecond := level * (1 + 0.7*math.Cos((hour-14)/24*2*math.Pi)) * (0.97 + 0.06*random.Float64())
		missing := random.IntN(50) == 0
		row := make([]float64, len(m.hosts))
		for i := range row { // of several hosts each has twice the load of the next
			share := math.Pow(2, float64(len(row)-1-i)) / (math.Pow(2, float64(len(row))) - 1)
			if row[i] = f.measure(perSecond*share, m.step); missing {
				row[i] = math.NaN()
			}
		}
		m.add(at, row)
	}
	return m
}

// measure is what the tool records of a rate: a count, or the rate itself.
func (f exportFormat) measure(perSecond float64, step time.Duration) float64 {
	if f.aggregate != capacity.Sum {
		return math.Round(perSecond*100) / 100
	}
	count := max(math.Round(perSecond*step.Seconds()), f.least)
	if f.most > 0 {
		count = min(count, f.most)
	}
	return count + f.fraction
}

// add puts the row of one time, whose values are all measured or all missing.
func (m *measured) add(at time.Time, row []float64) {
	m.slots, m.values = append(m.slots, at), append(m.values, row)
	if math.IsNaN(row[0]) {
		return
	}
	sum := 0.0
	for _, v := range row {
		sum += v
	}
	m.times, m.total = append(m.times, at.UTC()), append(m.total, sum)
}
