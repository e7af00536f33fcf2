package controller_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"headroom/capacity"
	"headroom/controller"
)

// TestStories runs the files in testdata: a command a line, and below it what was
// decided, a line for each change of the number, its source or its reason, and where the
// service stands. Times are of one day. -rewrite writes anew what it does.
//
//	service runs=N lead=D [history=D level=N]   a service of units of 10, ticks of a minute
//	envelope [mode=M] [least=N] [most=N] [hold=WHY] [keep-up=WHY] [for=D] [step=N]
//	    [reversals=N] [calls=N] [plan=N] [event=ID/FROM/DUE/UNTIL/UNITS] [broken]   the next envelope
//	load N [for=D] [wave=N]     measured each minute; a wave swings by N every 10 minutes
//	silence for=D               nothing is measured
//	unknown for=D               what the target runs cannot be read
//	somebody-else N             asks the target for N
//	restart                     the state is saved, and another process goes on
//	damage                      the stored state is damaged
//	digest                      the last hour that ended
func TestStories(t *testing.T) {
	datadriven.Walk(t, "testdata/stories", func(t *testing.T, path string) {
		var s story
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			s.lines = nil
			if err := s.do(t, d); err != nil {
				s.lines = append(s.lines, "error: "+err.Error())
			}
			return strings.Join(append(s.lines, s.standing()), "\n") + "\n"
		})
	})
}

var origin = time.Date(2026, 3, 8, 6, 0, 0, 0, time.UTC)

// A story is a service, its target and its controller.
type story struct {
	now      time.Time
	lead     time.Duration
	envelope controller.Envelope
	c        *controller.Controller
	asked    capacity.Units // by the controller, or by the autoscaler in mode raise-only
	minimum  capacity.Units
	changes  []change
	digest   *controller.Digest
	last     string
	lines    []string
}

// A change is a number that the target was asked for.
type change struct {
	at    time.Time
	units capacity.Units
}

func (s *story) do(t *testing.T, d *datadriven.TestData) error {
	arg := func(key string) string {
		value := ""
		if d.HasArg(key) {
			d.ScanArgs(t, key, &value)
		}
		return value
	}
	number := func(text string) int {
		n, err := strconv.Atoi(text)
		if err != nil {
			d.Fatalf(t, "%v", err)
		}
		return n
	}
	span := func(key string, usual time.Duration) time.Duration {
		if !d.HasArg(key) {
			return usual
		}
		v, err := time.ParseDuration(arg(key))
		if err != nil {
			d.Fatalf(t, "%v", err)
		}
		return v
	}
	first := ""
	if len(d.CmdArgs) > 0 {
		first = d.CmdArgs[0].Key
	}
	switch d.Cmd {
	case "service":
		*s = story{now: origin, lead: span("lead", 2*time.Minute), asked: capacity.Units(number(arg("runs")))}
		s.changes = []change{{origin.Add(-time.Hour), s.asked}}
		s.publish(controller.Envelope{Mode: controller.Auto, Least: controller.Bound{Units: 2, Why: "the policy's min"}, Most: controller.Bound{Units: 50, Why: "the policy's max"}}, 24*time.Hour)
		start := controller.Start{Service: "web", Tick: time.Minute, Envelope: s.envelope}
		minutes := int(span("history", 0) / time.Minute)
		start.At = origin.Add(-time.Duration(minutes) * time.Minute)
		r := rand.New(rand.NewPCG(1, 1))
		for range minutes {
			start.History = append(start.History, float64(number(arg("level")))*(1+0.02*r.NormFloat64()))
		}
		var err error
		s.c, err = controller.New(t.Context(), start)
		return err
	case "envelope":
		e := s.envelope
		e.Hold, e.KeepUp = strings.ReplaceAll(arg("hold"), "-", " "), strings.ReplaceAll(arg("keep-up"), "-", " ")
		if d.HasArg("mode") {
			e.Mode = controller.Mode(arg("mode"))
		}
		for key, to := range map[string]*capacity.Units{"least": &e.Least.Units, "most": &e.Most.Units, "step": &e.Limits.Step} {
			if d.HasArg(key) {
				*to = capacity.Units(number(arg(key)))
			}
		}
		for key, to := range map[string]*int{"reversals": &e.Limits.Reversals, "calls": &e.Limits.Calls} {
			if d.HasArg(key) {
				*to = number(arg(key))
			}
		}
		if d.HasArg("plan") {
			e.Plan = controller.Plan{ID: "p1", Until: s.now.Add(48 * time.Hour), Slots: []controller.Slot{{At: s.now, Units: capacity.Units(number(arg("plan")))}}}
		}
		if d.HasArg("event") {
			f := strings.Split(arg("event"), "/")
			at := func(text string) time.Time {
				clock, err := time.Parse("15:04", text)
				if err != nil {
					d.Fatalf(t, "%v", err)
				}
				return origin.Truncate(24 * time.Hour).Add(time.Duration(clock.Hour())*time.Hour + time.Duration(clock.Minute())*time.Minute)
			}
			e.Events = []controller.Event{{ID: f[0], From: at(f[1]), Due: at(f[2]), Until: at(f[3]), Units: capacity.Units(number(f[4]))}}
		}
		if d.HasArg("broken") {
			e.UnitRate = 0
		}
		s.publish(e, span("for", 24*time.Hour))
		return nil
	case "load", "silence", "unknown":
		value, wave := math.NaN(), 0
		if d.Cmd != "silence" {
			value = 100
		}
		if d.Cmd == "load" {
			value = float64(number(first))
		}
		if d.HasArg("wave") {
			wave = number(arg("wave"))
		}
		for until := s.now.Add(span("for", time.Minute)); s.now.Before(until); {
			v := value
			if s.now.Minute()%20 >= 10 {
				v += float64(wave)
			}
			if err := s.pass(t, v, d.Cmd != "unknown"); err != nil {
				return err
			}
		}
		return nil
	case "somebody-else":
		s.ask(capacity.Units(number(first)))
		return nil
	case "restart", "damage":
		state, err := s.c.State()
		if err != nil {
			return err
		}
		if d.Cmd == "damage" {
			state[len(state)/2]++
		}
		c, err := controller.Restore(state)
		if err == nil {
			s.c = c
		}
		return err
	case "digest":
		text, err := json.Marshal(s.digest)
		s.lines = append(s.lines, strings.ReplaceAll(string(text), ",\"", ", \""))
		return err
	}
	d.Fatalf(t, "there is no command %s", d.Cmd)
	return nil
}

// publish stores the next envelope.
func (s *story) publish(e controller.Envelope, span time.Duration) {
	e.Service, e.Pool, e.Number, e.Made, e.Expires = "web", "a", s.envelope.Number+1, s.now, s.now.Add(span)
	if s.envelope.Number == 0 {
		e.UnitRate, e.LeadTime, e.Share = 10, s.lead, 0.01
	}
	s.envelope = e
}

// pass lets a minute pass.
func (s *story) pass(t *testing.T, load float64, known bool) error {
	tick := controller.Tick{Envelope: s.envelope}
	if !math.IsNaN(load) {
		tick.Loads = []controller.Load{{At: s.now, Value: load}}
	}
	s.now = s.now.Add(time.Minute)
	tick.Now = s.now
	tick.Target = controller.Target{Known: known, Asked: s.asked, Serving: s.serving()}
	if s.envelope.Mode == controller.RaiseOnly {
		tick.Target.Asked = s.minimum
	}
	d, err := s.c.Tick(t.Context(), tick)
	if err != nil {
		return err
	}
	if d.Digest != nil {
		s.digest = d.Digest
	}
	verb := "stays at"
	switch {
	case d.Act && d.Minimum:
		verb = "sets the minimum to"
	case d.Act:
		verb = "asks for"
	case d.Units != d.From:
		verb = "would ask for"
	}
	why := d.Why
	if d.Capped != "" {
		why += fmt.Sprintf(" (wanted %d, but %s)", d.Wanted, d.Capped)
	}
	state := string(d.Source) + ": " + why
	if changed := s.last != state && (d.Source != controller.Forecaster || !strings.HasPrefix(s.last, "forecaster") || d.Capped != "") || d.Units != d.From; changed {
		s.lines = append(s.lines, fmt.Sprintf("%s %s %d, %s", s.now.Format("15:04"), verb, d.Units, state))
	}
	s.last = state
	switch {
	case d.Act && d.Minimum:
		s.minimum = d.Units
	case d.Act:
		s.ask(d.Units)
	}
	return nil
}

func (s *story) ask(units capacity.Units) {
	s.asked = units
	s.changes = append(s.changes, change{s.now, units})
}

// serving is what serves: what was asked for a lead time ago, or less since.
func (s *story) serving() capacity.Units {
	serving := s.asked
	for i, c := range s.changes {
		if i+1 == len(s.changes) || s.changes[i+1].at.After(s.now.Add(-s.lead)) {
			serving = min(serving, c.units)
		}
	}
	return serving
}

func (s *story) standing() string {
	return fmt.Sprintf("%s runs %d, %d serve", s.now.Format("15:04"), s.asked, s.serving())
}
