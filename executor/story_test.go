package executor_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"headroom/capacity"
	"headroom/executor"
)

// TestStories runs the files in testdata: a command, what the executor does, and where it
// stands then. Times are of one day. -rewrite writes anew what it does.
//
//	service [pools=(a,b)] [runs=2] [ramp=2/10m] [floor] [slots=N] [live=MODE] [approve=ABOVE]   a service whose first run begins
//	plan ID [damaged] [made=HH:MM] [end=HH:MM] [most=N]   hands a plan over; a change a line: HH:MM POOL FROM -> UNITS
//	pass until=HH:MM or for=D     time passes, and the executor is woken when it asked for it
//	answer POOL HOW               what a target answers to a request or a rollback
//	verify POOL HOW               what becomes of a verification
//	override ID exactly=N or at-least=N for=D [pool=P], clear ID, pause [for=D], resume, abort
//	policy [freeze=lower|all for=D] [mode=M] [max=N] [without=P]   another policy is in force
//	bucket away|back|damaged|lost|stop, a-pause-is-stored-elsewhere, somebody-else POOL N, load N
//	controller runs|gone|off      whether the controller renews its lease, or is switched off
//	continue-as-new, terminate, new-run, reset, cancel
func TestStories(t *testing.T) {
	datadriven.Walk(t, "testdata/stories", func(t *testing.T, path string) {
		s := &story{}
		datadriven.RunTest(t, path, s.command)
	})
}

// A story is a world that tells what happens in it.
type story struct {
	*world
	lines []string
	noted []string
	// passing: time passes in the command under way, so its lines begin with the time.
	passing bool
}

// hows are the words of stories for what may become of an effect.
var hows = map[string]string{
	"accepted": accepted, "written-answer-lost": written, "not-written": notWritten, "busy": busy, "no-units": noUnits, "rejected": rejected,
	"stopped": stopped, "done": done, "short": short, "failed": failed, "not-read": unverified, "rolled-back": rolledBack,
}

func (s *story) command(t *testing.T, d *datadriven.TestData) string {
	t.Helper()
	s.lines, s.passing = nil, d.Cmd == "pass"
	err := s.do(t, d)
	var no refused
	switch {
	case errors.As(err, &no):
		s.lines = append(s.lines, "refused: "+no.Error())
	case err != nil:
		d.Fatalf(t, "%v", err)
	}
	return strings.Join(append(s.lines, s.standing()...), "\n") + "\n"
}

// do carries out one command.
func (s *story) do(t *testing.T, d *datadriven.TestData) error {
	t.Helper()
	arg := func(key string) (value string) {
		if d.HasArg(key) {
			d.ScanArgs(t, key, &value)
		}
		return value
	}
	first := ""
	if len(d.CmdArgs) > 0 {
		first = d.CmdArgs[0].Key
	}
	by, why := arg("by"), strings.TrimSpace(d.Input)
	if by == "" {
		by = "ann"
	}
	switch d.Cmd {
	case "service":
		return s.service(t, d)
	case "plan":
		return s.hand(t, d, first)
	case "pass":
		until := s.now.Add(span(t, arg("for")))
		if d.HasArg("until") {
			until = hour(t, arg("until"))
		}
		return s.pass(until)
	case "answer", "verify":
		i := s.answered(capacity.TargetName("sim://"+first), d.Cmd == "verify")
		if i < 0 {
			return refused{fmt.Errorf("nothing of %s is in flight", first)}
		}
		return s.answer(i, hows[d.CmdArgs[1].Key])
	case "override":
		o := capacity.Override{ID: first, Pool: arg("pool"), From: s.now, Until: s.now.Add(span(t, arg("for"))), By: by, Why: why}
		o.AtLeast = d.HasArg("at-least")
		o.Units = number(t, arg("exactly")+arg("at-least"))
		return s.order(executor.Order{Name: executor.OverrideOrder, By: by, Why: why}, &o)
	case executor.ClearOrder:
		return s.order(executor.Order{Name: d.Cmd, Override: first, By: by, Why: why}, nil)
	case executor.PauseOrder:
		o := executor.Order{Name: d.Cmd, By: by, Why: why}
		if d.HasArg("for") {
			o.Until = s.now.Add(span(t, arg("for")))
		}
		return s.order(o, nil)
	case executor.ResumeOrder, executor.AbortOrder:
		return s.order(executor.Order{Name: d.Cmd, By: by, Why: why}, nil)
	case "policy":
		return s.amend(t, arg)
	case "bucket":
		s.bucket.away, s.bucket.damaged, s.bucket.lost, s.bucket.stop = first == "away", first == "damaged", first == "lost", ""
		if first == "stop" {
			s.bucket.stop = why
		}
		return s.drain()
	case "somebody-else":
		n := number(t, d.CmdArgs[1].Key)
		s.targets[capacity.TargetName("sim://"+first)] = capacity.State{Units: n, Serving: n}
		return nil
	case "load":
		s.load = number(t, first)
		return nil
	case "controller":
		s.leads, s.liveOff = first == "runs", first == "off"
		return nil
	case "cancel":
		return s.cancel()
	}
	return s.world.do(strings.ReplaceAll(d.Cmd, "-", " "))
}

// service begins the first run of a service.
func (s *story) service(t *testing.T, d *datadriven.TestData) error {
	t.Helper()
	names, runs := []string{"a"}, "2"
	if d.HasArg("pools") {
		arg, _ := d.Arg("pools")
		names = arg.Vals
	}
	if d.HasArg("runs") {
		d.ScanArgs(t, "runs", &runs)
	}
	p := capacity.Policy{Service: "web", Control: capacity.Control{Mode: capacity.Auto}, Demand: capacity.Demand{Step: 5 * time.Minute}}
	units := map[capacity.TargetName]capacity.Units{}
	for i, name := range names {
		q := pool(name, float64(i+1))
		if d.HasArg("ramp") {
			text := ""
			d.ScanArgs(t, "ramp", &text)
			n, per, _ := strings.Cut(text, "/")
			rate := capacity.Rate{Units: number(t, n), Per: span(t, per)}
			q.Ramp = capacity.Ramp{Up: rate, Down: rate}
		}
		p.Pools = append(p.Pools, q)
		units[q.Target] = number(t, runs)
	}
	if d.HasArg("floor") {
		p.Control.Floor = capacity.Floor{Dynamic: 0.7}
	}
	if d.HasArg("live") {
		mode := ""
		d.ScanArgs(t, "live", &mode)
		p.Control.Live, p.Demand.Source, p.Objective.ServiceLevel = capacity.Live(mode), "prometheus://metrics/", 0.99
	}
	if d.HasArg("approve") {
		above := ""
		d.ScanArgs(t, "approve", &above)
		p.Control.Mode, p.Control.Approval.Above = capacity.Approve, number(t, above)
	}
	s.world = newWorld(p, units)
	if d.HasArg("slots") {
		n := ""
		d.ScanArgs(t, "slots", &n)
		s.slots = int(number(t, n))
	}
	s.tell = func(format string, args ...any) {
		text := fmt.Sprintf(format, args...)
		if s.passing {
			text = s.now.Format("15:04:05 ") + text
		}
		s.lines = append(s.lines, text)
	}
	return s.begin(s.fresh())
}

// hand hands a plan over.
func (s *story) hand(t *testing.T, d *datadriven.TestData, id string) error {
	t.Helper()
	var changes []change
	for line := range strings.Lines(d.Input) {
		f := strings.Fields(line)
		if len(f) != 5 || f[3] != "->" {
			d.Fatalf(t, "%q is no change, such as 01:00 a 2 -> 6", line)
		}
		changes = append(changes, change{hour(t, f[0]).Sub(s.now), capacity.TargetName("sim://" + f[1]), number(t, f[2]), number(t, f[4])})
	}
	p := s.planned(id, changes...)
	p.broken = d.HasArg("damaged")
	if d.HasArg("end") {
		end := ""
		d.ScanArgs(t, "end", &end)
		p.ref.End = hour(t, end)
	}
	if d.HasArg("made") {
		made := ""
		d.ScanArgs(t, "made", &made)
		p.ref.Now = hour(t, made)
	}
	if d.HasArg("most") {
		n := ""
		d.ScanArgs(t, "most", &n)
		for _, pool := range s.policy.Pools {
			p.most[pool.Target] = number(t, n)
		}
	}
	return s.offer(p)
}

// amend brings another policy in force: the first one with the changes that are named.
func (s *story) amend(t *testing.T, arg func(string) string) error {
	t.Helper()
	p := s.base
	p.Pools = nil
	for _, q := range s.base.Pools {
		if q.Name == arg("without") {
			continue
		}
		if arg("max") != "" {
			q.Max = number(t, arg("max"))
		}
		p.Pools = append(p.Pools, q)
	}
	if mode := arg("mode"); mode != "" {
		p.Control.Mode = capacity.Mode(mode)
	}
	if deny := arg("freeze"); deny != "" {
		p.Control.Freeze = capacity.Freeze{Deny: capacity.Deny(deny), Windows: []capacity.Window{{From: s.now, To: s.now.Add(span(t, arg("for")))}}}
	}
	return s.apply(p)
}

// standing says where the service stands, a target a line.
func (s *story) standing() (lines []string) {
	if s.gone {
		return []string{s.now.Format("15:04:05") + " no run"}
	}
	st := s.m.State()
	notes := st.AllNotes()
	for _, note := range notes {
		if !slices.Contains(s.noted, note) {
			lines = append(lines, "note: "+note)
		}
	}
	for _, note := range s.noted {
		if !slices.Contains(notes, note) {
			lines = append(lines, "no longer: "+note)
		}
	}
	s.noted = notes
	var all []string
	for _, pool := range st.Policy.Pools {
		state, t := s.targets[pool.Target], st.Targets[pool.Target]
		var text strings.Builder
		fmt.Fprintf(&text, "%s runs %d", pool.Name, state.Units)
		if state.Serving != state.Units {
			fmt.Fprintf(&text, " (%d serve)", state.Serving)
		}
		if i := s.answered(pool.Target, false); i >= 0 {
			text.WriteString(", is being requested")
		}
		if i := s.answered(pool.Target, true); i >= 0 {
			text.WriteString(", is being verified")
		}
		for what, why := range map[string]string{", CONFLICT": t.Conflict, ", STOPPED": t.Stopped} {
			if why != "" {
				text.WriteString(what)
			}
		}
		all = append(all, text.String())
	}
	text := s.now.Format("15:04:05 ") + strings.Join(all, "; ")
	if st.Pause != nil {
		text += "; PAUSED by " + st.Pause.By
	}
	if st.Aborted != nil {
		text += "; ABORTED by " + st.Aborted.By
	}
	if !s.m.OrdersKnown() {
		text += "; orders not known"
	}
	if st.Ended != "" {
		text += "; plan " + st.Ended
	}
	return append(lines, text)
}

// hour is a time of the day of the stories.
func hour(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse("15:04", text)
	if err != nil {
		t.Fatal(err)
	}
	return origin.Add(time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute)
}

func span(t *testing.T, text string) time.Duration {
	t.Helper()
	if text == "" {
		return 0
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func number(t *testing.T, text string) (n capacity.Units) {
	t.Helper()
	if _, err := fmt.Sscan(text, &n); err != nil {
		t.Fatalf("%q is no number: %v", text, err)
	}
	return n
}
