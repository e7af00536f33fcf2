package regret_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/regret"
)

// as gives an outcome another verdict.
func as(v capacity.Verdict, o capacity.Outcome) capacity.Outcome {
	o.Verdict = v
	return o
}

// after gives an outcome another state at its end.
func after(units, serving capacity.Units, o capacity.Outcome) capacity.Outcome {
	o.After = capacity.State{Units: units, Serving: serving}
	return o
}

func TestRecordIntervals(t *testing.T) {
	never := acted(2, 9, 0, 30)
	never.Asked = time.Time{}
	floor := acted(2, 4, 10, 12)
	floor.Before = capacity.State{Units: 2, Serving: 6, Floor: true}
	floor.After = capacity.State{Units: 4, Serving: 7, Floor: true}
	elsewhere := acted(2, 9, 20, 22)
	elsewhere.Action.Target = "sim://other"
	seen := func(minute int, units, serving capacity.Units) regret.Sight {
		return regret.Sight{At: at(minute), State: capacity.State{Units: units, Serving: serving}}
	}
	for name, test := range map[string]struct {
		outcomes []capacity.Outcome
		want     []string // minutes, units asked for, and units that serve
		sights   []regret.Sight
	}{
		"nothing":                   {nil, nil, nil},
		"a raise serves later":      {[]capacity.Outcome{acted(2, 5, 10, 14)}, []string{"10-14 5 2", "14-60 5 5"}, nil},
		"a cut counts at once":      {[]capacity.Outcome{acted(5, 2, 10, 14)}, []string{"10-14 2 2", "14-60 2 2"}, nil},
		"in the order of time":      {[]capacity.Outcome{acted(5, 3, 30, 30), acted(2, 5, 10, 10)}, []string{"10-30 5 2", "30-60 3 3"}, nil},
		"begun before the window":   {[]capacity.Outcome{acted(2, 5, -20, -10), acted(5, 3, 30, 30)}, []string{"0-30 5 5", "30-60 3 3"}, nil},
		"confirmed after it":        {[]capacity.Outcome{acted(2, 5, 10, 12), acted(5, 3, 90, 90)}, []string{"10-12 5 2", "12-60 5 5"}, nil},
		"changed by somebody":       {[]capacity.Outcome{acted(2, 5, 10, 12), acted(7, 3, 40, 40)}, []string{"10-12 5 2", "40-60 3 3"}, nil},
		"overtaken":                 {[]capacity.Outcome{as(capacity.Superseded, acted(2, 5, 10, 22)), acted(5, 8, 20, 24)}, []string{"10-20 5 2", "20-24 8 5", "24-60 8 8"}, nil},
		"never asked":               {[]capacity.Outcome{as(capacity.Superseded, never), acted(2, 5, 10, 10)}, []string{"10-60 5 2"}, nil},
		"short":                     {[]capacity.Outcome{as(capacity.Short, after(5, 4, acted(2, 5, 10, 20)))}, []string{"10-20 5 2", "20-60 5 4"}, nil},
		"left to somebody else":     {[]capacity.Outcome{as(capacity.Drifted, after(7, 7, acted(7, 3, 10, 10)))}, []string{"10-60 7 7"}, nil},
		"a cut that was taken back": {[]capacity.Outcome{acted(2, 5, 10, 12), as(capacity.Compensated, after(5, 5, acted(2, 2, 40, 41)))}, []string{"10-12 5 2", "40-41 5 2", "41-60 5 5"}, nil},
		"only seen":                 {nil, []string{"5-35 2 1", "35-60 2 2"}, []regret.Sight{seen(35, 2, 2), seen(5, 2, 1)}},
		"seen while it comes":       {[]capacity.Outcome{acted(2, 5, 10, 20)}, []string{"10-15 5 2", "15-20 5 3", "20-60 5 5"}, []regret.Sight{seen(15, 5, 3)}},
		"seen to have changed":      {[]capacity.Outcome{acted(2, 5, 10, 10)}, []string{"40-60 9 9"}, []regret.Sight{seen(40, 9, 9)}},
		"of another target":         {[]capacity.Outcome{elsewhere}, nil, nil},
		"a floor":                   {[]capacity.Outcome{floor}, []string{"10-12 6 6", "12-60 7 7"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := regret.NewRecord(target, test.outcomes, test.sights...)
			var got []string
			for _, i := range r.Intervals(capacity.Window{From: monday, To: at(60)}, at(60)) {
				got = append(got, fmt.Sprintf("%g-%g %d %d", i.From.Sub(monday).Minutes(), i.To.Sub(monday).Minutes(), i.Units, i.Serving))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("intervals (-want +got):\n%s", diff)
			}
			if r.Beneath != (name == "a floor") {
				t.Errorf("beneath another autoscaler: got %v", r.Beneath)
			}
		})
	}
}

func TestWeek(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for now, want := range map[string]string{
		"2026-03-09T00:00:00+01:00": "2026-W10 168h", // Monday has just begun
		"2026-03-08T23:59:00+01:00": "2026-W09 168h",
		"2026-03-30T05:00:00+02:00": "2026-W13 167h", // the clocks went forward on Sunday
		"2027-01-04T05:00:00+01:00": "2026-W53 168h",
	} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		w := regret.Week(at, berlin)
		if got := fmt.Sprintf("%s %.0fh", regret.Label(w, berlin), w.To.Sub(w.From).Hours()); got != want {
			t.Errorf("%s: got %s, want %s", now, got, want)
		}
	}
	odd := capacity.Window{From: at(0), To: at(7 * 24 * 60)}
	if got, want := regret.Label(odd, berlin), "20260302T000000Z-20260309T000000Z"; got != want {
		t.Errorf("a week of UTC in Berlin: got %s, want %s", got, want)
	}
	if got, want := regret.Label(odd, time.UTC), "2026-W10"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTallyPlus(t *testing.T) {
	web := regret.Tally{Minutes: 60, Window: 60, Done: regret.Account{Way: "done", Units: 2, Penalty: 1, Violation: 3}, Reactive: regret.Account{Way: "threshold", Units: 4}}
	chat := regret.Tally{Minutes: 30, Window: 60, Done: regret.Account{Way: "done", Units: 5}, Reactive: regret.Account{Way: "dynamic at 70%", Units: 6, Violation: 1}}
	want := regret.Tally{Minutes: 90, Window: 120, Done: regret.Account{Way: "done", Units: 7, Penalty: 1, Violation: 3}, Reactive: regret.Account{Way: "reactive", Units: 10, Violation: 1}}
	if diff := cmp.Diff(want, regret.Tally{}.Plus(web).Plus(chat)); diff != "" {
		t.Errorf("both (-want +got):\n%s", diff)
	}
}

func TestCurve(t *testing.T) {
	units := []int32{2, 2, 5, -1, -1, 2}
	c := regret.NewCurve(units)
	if diff := cmp.Diff(regret.Curve{{2, 2}, {1, 5}, {2, -1}, {1, 2}}, c); diff != "" {
		t.Errorf("curve (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(units, c.Values()); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}
