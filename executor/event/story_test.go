package event

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"headroom/capacity"
)

// TestStories runs the files in testdata: a command a line, then what the machine
// does, and what is new in its state. -rewrite writes anew what the machine does.
//
//	new need=(N,…) [lead=D] [restore-only]   a run for the launch, 12:00 to 14:00, climbing from 11:30
//	start, wake, cancel                      [at=HH:MM, HH:MM:SS or DAY+HH:MM]
//	full                                     continue as new: the state goes through JSON
//	terminate                                the run is gone, what was stored is not
//	checked max=(N,…) [quota=N] [blocks=T]   and the other results, with err=T if they failed
func TestStories(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		st := &story{}
		datadriven.RunTest(t, path, st.command)
	})
}

// day is when the stories begin.
var day = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// A story is a machine, what it stored, and the time.
type story struct {
	state  State
	stored *State
	now    time.Time
	noted  int
	last   Effect
}

// command carries out one line of a story.
func (st *story) command(t *testing.T, d *datadriven.TestData) string {
	t.Helper()
	if d.HasArg("at") {
		st.now = clockTime(t, text(t, d, "at"))
	}
	switch d.Cmd {
	case "new":
		st.state = State{
			Service: "web", ID: "event/web/launch", Tuning: Newest(), RestoreOnly: d.HasArg("restore-only"),
			Event: capacity.Event{Name: "launch", From: day.Add(12 * time.Hour), To: day.Add(14 * time.Hour), Ramp: 30 * time.Minute},
		}
		if d.HasArg("to") {
			st.state.Event.To = clockTime(t, text(t, d, "to"))
		}
		lead := 5 * time.Minute
		for i, units := range numbers(t, d, "need") {
			st.state.Pools = append(st.state.Pools, Need{Pool: string(rune('a' + i)), Target: capacity.TargetName(fmt.Sprintf("sim://%c", 'a'+i)), Units: units, Lead: lead})
		}
		st.now, st.noted = day, 0
		return ""
	case "terminate":
		st.state = State{}
		return ""
	case "full":
		effects := st.step(t, Full{})
		data, err := json.Marshal(st.state)
		if err != nil {
			t.Fatal(err)
		}
		st.state = State{}
		if err := json.Unmarshal(data, &st.state); err != nil {
			t.Fatal(err)
		}
		return effects
	}
	want := map[string]string{"wake": "Wait", "sized": "Size", "checked": "Check", "counted": "Count", "recalled": "Recall", "recorded": "Record", "raised": "RaiseLimit", "held": "Hold", "released": "Release", "restored": "RestoreLimits"}[d.Cmd]
	if got := fmt.Sprintf("%T", st.last); want != "" && got != "event."+want {
		d.Fatalf(t, "the machine waits for the result of %s", got)
	}
	return st.step(t, st.event(t, d))
}

// event reads an event.
func (st *story) event(t *testing.T, d *datadriven.TestData) Event {
	t.Helper()
	wrong := text(t, d, "err")
	switch d.Cmd {
	case "start":
		return Started{}
	case "wake":
		return Woke{}
	case "cancel":
		return Canceled{}
	case "sized":
		var pools []Need
		for _, units := range numbers(t, d, "need") {
			pools = append(pools, Need{Pool: "a", Target: "sim://a", Units: units, Lead: 5 * time.Minute})
		}
		return Sized{Pools: pools, Err: wrong}
	case "checked":
		ev := Checked{Err: wrong}
		for _, limit := range numbers(t, d, "max") {
			look := Look{Limited: limit >= 0, Max: limit}
			for _, q := range numbers(t, d, "quota") {
				look.Quota = q
			}
			if d.HasArg("blocks") {
				look.Findings = []capacity.Finding{{Blocks: true, Text: text(t, d, "blocks")}}
			}
			ev.Targets = append(ev.Targets, look)
		}
		return ev
	case "counted":
		return Counted{Asked: numbers(t, d, "asked"), Err: wrong}
	case "recalled":
		return Recalled{Earlier: st.stored, Err: wrong}
	case "recorded":
		if record, ok := st.last.(Record); ok && wrong == "" {
			kept := st.state
			if st.stored = &kept; record.Remove {
				st.stored = nil
			}
		}
		return Recorded{Err: wrong}
	case "raised":
		return LimitRaised{Target: capacity.TargetName(text(t, d, "target")), Err: wrong}
	case "held":
		ev := Held{Err: wrong}
		for _, units := range numbers(t, d, "serving") {
			seen := Seen{Asked: units, Serving: units, Order: Accepted}
			if d.HasArg("order") {
				seen.Order = OrderState(text(t, d, "order"))
			}
			seen.Note = text(t, d, "note")
			ev.Pools = append(ev.Pools, seen)
		}
		return ev
	case "released":
		ev := Released{Err: wrong}
		if d.HasArg("note") {
			ev.Notes = []string{text(t, d, "note")}
		}
		return ev
	case "restored":
		ev := LimitsRestored{Err: wrong}
		for i, limit := range numbers(t, d, "found") {
			hold, ok := st.last.(RestoreLimits)
			if !ok || i >= len(hold.Limits) {
				d.Fatalf(t, "nothing is being restored")
			}
			r := hold.Limits[i]
			_, outcome, note := alone(r, limit)
			if d.HasArg("busy") {
				outcome, note = "", "it is asked for more units still"
			}
			if d.HasArg("stopped") {
				outcome, note = "", "changes are stopped"
			}
			ev.Limits = append(ev.Limits, Restoration{Target: r.Target, Outcome: outcome, Note: note, Stopped: d.HasArg("stopped")})
		}
		return ev
	}
	d.Fatalf(t, "there is no event %q", d.Cmd)
	return nil
}

// step has the machine take an event, and says what it does.
func (st *story) step(t *testing.T, ev Event) string {
	t.Helper()
	m, err := New(&st.state)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	canceled := false
	if _, canceled = ev.(Canceled); canceled && st.last != nil {
		fmt.Fprintln(&b, "(the result of the command before comes first)")
	}
	for _, effect := range m.Step(st.now, ev) {
		if r, ok := effect.(Report); ok {
			if r.New {
				fmt.Fprintf(&b, "stage %q: %s\n", r.Stage, r.Text)
			}
			continue
		}
		if canceled {
			continue // the caller waits for the result of the command that is under way
		}
		if st.last = effect; st.last == (ContinueAsNew{}) {
			st.last = nil
		}
		fmt.Fprintln(&b, line(effect))
	}
	for _, note := range st.state.Notes[min(st.noted, len(st.state.Notes)):] {
		fmt.Fprintf(&b, "note: %s\n", note)
	}
	st.noted = len(st.state.Notes)
	return b.String()
}

// line is an effect in a line.
func line(effect Effect) string {
	switch e := effect.(type) {
	case Wait:
		return "wait until " + e.Until.Format("Mon 15:04")
	case Hold:
		var orders strings.Builder
		for _, o := range e.Orders {
			fmt.Fprintf(&orders, " %s=%d", o.ID, o.Units)
		}
		return fmt.Sprintf("hold, %d rounds of %v:%s", e.Rounds, e.Every, orders.String())
	case Record:
		if e.Remove {
			return "remove the record"
		}
		return "store the record"
	case RaiseLimit:
		return fmt.Sprintf("raise the limit of %s: %d -> %d, later back to %d", e.Raise.Target, e.Raise.Seen, e.Raise.To, e.Raise.From)
	case Release:
		var orders strings.Builder
		for _, o := range e.Orders {
			orders.WriteString(" " + o.ID)
		}
		return fmt.Sprintf("release:%s; without a conductor, from %v back to %v", orders.String(), e.Most, e.Before)
	case RestoreLimits:
		var limits strings.Builder
		for _, r := range e.Limits {
			fmt.Fprintf(&limits, " %s to %d", r.Target, r.From)
		}
		return fmt.Sprintf("restore, %d rounds of %v:%s", e.Rounds, e.Every, limits.String())
	case End:
		return fmt.Sprintf("end: canceled=%t failure=%q left=%q", e.Canceled, e.Failure, e.Left)
	}
	return strings.TrimPrefix(fmt.Sprintf("%T", effect), "event.")
}

// text is an argument of a command, with _ for a space.
func text(t *testing.T, d *datadriven.TestData, key string) string {
	t.Helper()
	arg, ok := d.Arg(key)
	if !ok {
		return ""
	}
	return strings.ReplaceAll(strings.Join(arg.Vals, ","), "_", " ")
}

// numbers is an argument of a command.
func numbers(t *testing.T, d *datadriven.TestData, key string) (list []capacity.Units) {
	t.Helper()
	arg, _ := d.Arg(key)
	for _, v := range arg.Vals {
		var n capacity.Units
		if _, err := fmt.Sscan(v, &n); err != nil {
			d.Fatalf(t, "%s: %v", v, err)
		}
		list = append(list, n)
	}
	return list
}

// clockTime reads HH:MM, or DAY+HH:MM for a later day.
func clockTime(t *testing.T, text string) time.Time {
	t.Helper()
	days := 0
	if before, after, later := strings.Cut(text, "+"); later {
		if _, err := fmt.Sscan(before, &days); err != nil {
			t.Fatal(err)
		}
		text = after
	}
	if strings.Count(text, ":") == 1 {
		text += ":00"
	}
	at, err := time.Parse(time.TimeOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return day.AddDate(0, 0, days).Add(at.Sub(at.Truncate(24 * time.Hour)))
}
