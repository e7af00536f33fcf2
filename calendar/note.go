package calendar

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"headroom/capacity"
)

func (p *Prepared) note(format string, args ...any) {
	p.Notes = append(p.Notes, fmt.Sprintf(format, args...))
}

// causes says in words why measurements were masked.
var causes = map[Reason]string{
	Outage:   "near-zero load at a normally busy time",
	Stuck:    "one value was repeated for longer than chance explains",
	Overflow: "the value is more than 1000 times any other",
	Spike:    "a single value is many times the usual load of its time of day, and its neighbours are not",
}

// noteSpans says what was masked, the first of each reason with its time.
func (p *Prepared) noteSpans(step time.Duration) {
	for _, reason := range []Reason{Outage, Stuck, Overflow, Spike} {
		var spans int
		var length time.Duration
		var first Span
		for _, s := range p.Spans {
			if s.Reason != reason {
				continue
			}
			if spans++; spans == 1 {
				first = s
			}
			length += s.To.Sub(s.From)
		}
		if spans > 0 {
			p.doubt("%s of history (%s, first at %s) treated as missing data: %s",
				capacity.Brief(length), capacity.Count(int(length/step), "step"), capacity.Stamp(first.From, p.clock.zone), causes[reason])
		}
	}
}

// tellSurges says which steps are as high as a fault of counting would make them,
// but were taken for load.
func (p *Prepared) tellSurges(s capacity.Series, surges []int) {
	if len(surges) == 0 {
		return
	}
	highest := surges[0]
	for _, i := range surges {
		if s.Values[i] > s.Values[highest] {
			highest = i
		}
	}
	p.doubt("many times the usual load of the time of day, but taken for load: %s of history, the highest at %s; remove what is no load from the history",
		capacity.Count(len(surges), "step"), capacity.Stamp(s.At(highest), p.clock.zone))
}

// noteHolidays says what was learnt of each holiday that was measured.
func (p *Prepared) noteHolidays() {
	for _, name := range slices.Sorted(maps.Keys(p.days.seen)) {
		p.note("holiday %s is expected to bring %s times the load of a Sunday, from %s measured days",
			name, capacity.Figure(math.Exp(p.days.own[name])), capacity.Figure(p.days.seen[name]))
	}
}
