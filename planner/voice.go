package planner

import (
	"strconv"
	"strings"

	"headroom/capacity"
)

// A voice says why each step of a plan runs what it runs, with the numbers, in
// the words of an operator who was woken up by it. All sentences lie in one
// piece of memory, and equal ones in a row are one.
type voice struct {
	*sketch
	reasons  []capacity.Reason
	forecast string         // "forecast P97.5 is "
	unit     string         // "/s" where the policy counts
	rate     string         // "120/s", what a unit serves
	up, down string         // "2 per 10m"
	clocks   map[int]string // when a step begins
	last     int            // the goal of the last step on a ramp
	draft    []byte         // the sentence that is being written
	text     strings.Builder
	said     string // the last sentence
}

// mostWords is the room that a sentence usually takes.
const mostWords = 72

func (s *sketch) voice(reasons []capacity.Reason) *voice {
	v := &voice{
		sketch: s, reasons: reasons,
		forecast: "forecast " + capacity.Percentile(s.level()) + " is ",
		rate:     s.load(s.in.Policy.Pools[0].UnitRate),
		up:       rate(s.in.Policy.Pools[0].Ramp.Up),
		down:     rate(s.in.Policy.Pools[0].Ramp.Down),
		clocks:   map[int]string{},
	}
	if s.in.Policy.Demand.Aggregate == capacity.Sum {
		v.unit = "/s"
	}
	v.text.Grow(mostWords * len(reasons))
	return v
}

// count writes "7 units".
func (v *voice) count(n int) *voice {
	if n == 1 {
		return v.words("1 unit")
	}
	return v.number(n).words(" units")
}

// number writes a whole number.
func (v *voice) number(n int) *voice {
	v.draft = strconv.AppendInt(v.draft, int64(n), 10)
	return v
}

// figure writes a load for people.
func (v *voice) figure(x float64) *voice {
	v.draft = capacity.AppendDigits(v.draft, x)
	return v
}

// words writes texts as they are.
func (v *voice) words(texts ...string) *voice {
	for _, text := range texts {
		v.draft = append(v.draft, text...)
	}
	return v
}

// start writes when a step begins.
func (v *voice) start(t int) string {
	text, ok := v.clocks[t]
	if !ok {
		text = v.clock(v.at(t))
		v.clocks[t] = text
	}
	return text
}
