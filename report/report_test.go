package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/report"
)

var start = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// sample is a small report with every part; two steps of its history are gaps.
func sample() report.Report {
	const hour = time.Hour
	action := capacity.Action{ID: "3f2a/g5/1", Target: "sim://chat", At: start.Add(2*hour - 4*time.Minute), Due: start.Add(2 * hour), From: 5, Units: 7, Why: "forecast P90 is 840/s: 7 units at 120/s"}
	return report.Report{
		Policy: capacity.Policy{
			Service:   "chat",
			Demand:    capacity.Demand{Aggregate: capacity.Mean, Step: hour, Timezone: "Asia/Shanghai"},
			Pools:     []capacity.Pool{{Name: "g5", Target: "sim://chat", UnitRate: 120, Min: 2, Max: 9, Price: 1.006, LeadTime: 4 * time.Minute, Ramp: capacity.Ramp{Up: capacity.Rate{Units: 2, Per: 10 * time.Minute}}}},
			Objective: capacity.Objective{Missing: 40},
			Control:   capacity.Control{Mode: capacity.Approve},
		},
		History: capacity.Series{Start: start.Add(-5 * hour), Step: hour, Values: []float64{500, 520, math.NaN(), math.NaN(), 560}},
		Forecast: capacity.Forecast{
			Model: "ridge", Start: start, Step: hour, Levels: []float64{0.1, 0.5, 0.9}, Values: [][]float64{{400, 500, 600}, {500, 600, 700}, {580, 600, 840}},
			Parts: []capacity.Part{{Name: "launch", Source: "as measured in 1 past launch: beta", Uplift: capacity.Uplift{Factor: 1.4}, First: 2, Change: []float64{200}}},
		},
		Plan: capacity.Plan{
			ID: "3f2a", Service: "chat", Made: start, Start: start, Step: hour, Model: "ridge", Quantile: 0.9,
			Pools: []capacity.PoolPlan{{Pool: "g5", Target: "sim://chat", Steps: []capacity.Step{
				{Start: start, Units: 5, Need: 4.83, Why: capacity.Why{Reason: capacity.ReasonDemand, Text: "first"}},
				{Start: start.Add(hour), Units: 5, Need: 5, Why: capacity.Why{Reason: capacity.ReasonDemand, Text: "second"}},
				{Start: start.Add(2 * hour), Units: 7, Need: 7, Why: capacity.Why{Reason: capacity.ReasonDemand, Text: action.Why}},
			}}},
			Actions: []capacity.Action{action},
			Load:    capacity.LoadSummary{Rows: 5, From: start.Add(-5 * hour), To: start, Intervals: []capacity.Interval{{Length: hour, Rows: 5}}, Step: hour, Aggregate: capacity.Mean, Missing: 2, Notes: []string{"one sample is 100 times the usual"}},
			Expect:  capacity.Expectation{UnitHours: 17, UnitCost: 17.102, MissingUnitHours: 0.1, MissingCost: 4, ViolationMinutes: 12, Peak: 7},
			Notes:   []string{"one sample is 100 times the usual", "the champion was too old"},
		},
		Board: []capacity.Score{
			{Model: "naive", Pinball: 0.2, MASE: 1.1, Coverage: []capacity.Coverage{{Level: 0.5, Share: 0.48}}},
			{Model: "ridge", Pinball: 0.1, MASE: 0.7, Skill: 0.5, Coverage: []capacity.Coverage{{Level: 0.5, Share: 0.51}}},
			{Model: "theta", Refused: "it needs 48 steps", Code: capacity.CodeTooShort},
		},
		Outcomes: []capacity.Outcome{{Action: action, Verdict: capacity.Short, Note: "no capacity in the zone"}},
		States:   []capacity.State{{Units: 5, Serving: 5}},
		Standing: capacity.Standing{
			Verdict: "executing", By: "ann", Why: "fits the launch", At: start.Add(time.Hour),
			Pools:     []capacity.Running{{Pool: "g5", Target: "sim://chat", Known: true, Requested: 5, Serving: 4, Seen: start.Add(hour), Next: &action}},
			Overrides: []capacity.Override{{ID: "9f86", Units: 6, AtLeast: true, From: start.Add(hour), Until: start.Add(2 * hour), By: "bob", Why: "a launch"}},
		},
		Made:  start.Add(time.Minute),
		Links: []report.Link{{Text: "Run", URL: "/namespaces/default/workflows"}},
	}
}

func write(t testing.TB, r report.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWrite_Golden(t *testing.T) {
	const golden = "testdata/report.html"
	got := write(t, sample())
	if os.Getenv("UPDATE") == "1" {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("page (-want +got), rewrite with UPDATE=1:\n%s", diff)
	}
}

func TestWrite_SaysWhatMatters(t *testing.T) {
	page := write(t, sample())
	last := -1
	for _, want := range []string{
		"in progress", "Runs 5 to 7 units over 3h, most from Mon 2 Mar 10:00 on; 1 change.", "Approved by ann: fits the launch.",
		"Cost of this plan", "17.1", "17 unit-hours over 3h", "Today&#39;s size", "15.1", "5 units throughout, too few for 1h: the plan costs 13% more", "Static peak", "21.1", "7 units throughout: the plan costs 19% less",
		"Under-provisioned", "12 min", "expected, 0.1 unit-hours short", "priced at 4", "percentile of demand",
		"As of Mon 2 Mar 09:00", "Override 9f86 by bob: at least 6 units, from Mon 2 Mar 09:00 to Mon 2 Mar 10:00: a launch", `data-label="Serving units">4<`, `data-label="Requested units">5<`, "5 → 7 on Mon 2 Mar 09:56",
		"Load read:", "5 rows every 1h", "2 steps missing", "one sample is 100 times the usual", "the champion was too old", "Demand: history and forecast",
		"Holidays and events", "Its median is highest, with them, at 700 on Mon 2 Mar 10:00.", "launch", "Mon 2 Mar 10:00 to Mon 2 Mar 11:00", "1.4 times the load", "as measured in 1 past launch: beta", "&#43;200", "29%",
		"Plan: units and what the demand needs", `k-dot fair">short<`,
		"Mon 2 Mar 09:56", "5 → 7", "no capacity in the zone", "ridge <span", "50.0%</td>", "51.0%", "naive", "theta", "too little history", "it needs 48 steps",
		"2 per 10m", "<code>3f2a</code>", "All times in Asia/Shanghai",
	} {
		at := strings.Index(page[last+1:], want)
		if at < 0 {
			t.Fatalf("the page does not say %q after offset %d", want, last)
		}
		last += at
	}
}

var svgs = regexp.MustCompile(`(?s)<svg.*?</svg>`)

func TestWrite_ChartsAreXML(t *testing.T) {
	charts := svgs.FindAllString(write(t, sample()), -1)
	if len(charts) != 4 {
		t.Fatalf("got %d charts, want two in two sizes", len(charts))
	}
	for _, chart := range charts {
		for d := xml.NewDecoder(strings.NewReader(chart)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%v in %s", err, chart)
			}
		}
		if strings.Contains(chart, "NaN") || strings.Contains(chart, "Inf") || !strings.Contains(chart, "<title") || !strings.Contains(chart, "<desc") {
			t.Errorf("chart %s", chart)
		}
	}
}

// Two gaps leave a line of two points and a dot, not one line across.
func TestWrite_GapsBreakTheLine(t *testing.T) {
	past := regexp.MustCompile(`class="past" d="([^"]*)"`).FindStringSubmatch(write(t, sample()))
	if past == nil || strings.Count(past[1], "M") != 2 || strings.Count(past[1], "L") != 1 || strings.Count(past[1], "h0") != 1 {
		t.Errorf("got path %q, want a line and a dot", past)
	}
}

// The levels of a plan are denser above the median than below.
func TestWrite_InnerBandIsEven(t *testing.T) {
	r := sample()
	r.Forecast.Levels = []float64{0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.999}
	r.Forecast.Values = nil
	for i := range r.Forecast.Levels {
		r.Forecast.Values = append(r.Forecast.Values, []float64{float64(500 + i), float64(600 + i), float64(700 + i)})
	}
	page := write(t, r)
	for _, want := range []string{`k-inner">P10 to P90<`, `k-outer">P1 to P99.9<`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestWrite_StandsAlone(t *testing.T) {
	page := write(t, sample())
	for _, bad := range []string{"http:", "https:", "src=\"", "@import", "url(", "<link", "ZgotmplZ"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page contains %q", bad)
		}
	}
}

func TestWrite_Escapes(t *testing.T) {
	const hostile = `"><script>alert('x')</script></title></svg>{{.}}`
	r := sample()
	r.Plan.Service, r.Plan.Model, r.Plan.ID, r.Standing.Verdict = hostile, hostile, hostile, hostile
	r.Plan.Pools[0].Pool, r.Policy.Pools[0].Name, r.Policy.Pools[0].Target = hostile, hostile, hostile
	r.Plan.Pools[0].Steps[0].Why.Text, r.Plan.Actions[0].Why, r.Plan.Notes[0] = hostile, hostile, hostile
	r.Board[2].Refused, r.Board[0].Model, r.Outcomes[0].Note, r.Outcomes[0].Verdict = hostile, hostile, hostile, hostile
	r.Links = []report.Link{{Text: hostile, URL: `/"><script>`}, {Text: "steal", URL: "javascript:alert(1)"}}
	page := write(t, r)
	if n := strings.Count(page, "<script>"); n != 1 || strings.Contains(page, "alert('x')") || strings.Contains(page, "javascript:") {
		t.Errorf("got %d scripts, want our own only", n)
	}
}

func TestWrite_LeavesOutWhatIsEmpty(t *testing.T) {
	r := sample()
	r.History, r.Board, r.Outcomes, r.Links, r.Standing.Verdict = capacity.Series{}, nil, nil, nil, ""
	r.Plan.Actions, r.Plan.Notes, r.Forecast.Parts, r.Plan.Load = nil, nil, nil, capacity.LoadSummary{}
	page := write(t, r)
	for _, bad := range []string{"h-board", "h-actions", "h-notes", "h-parts", "k-part\"", "class=\"usual", "class=\"alarm", "<nav", "class=\"verdict", ">measured<", "Outcome<"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page contains %q", bad)
		}
	}
	r.Plan = capacity.Plan{Service: "chat"}
	if page := write(t, r); !strings.Contains(page, "This plan has no steps.") {
		t.Error("an empty plan is not named as such")
	}
}

// The forecast without the launch is drawn from the step before it on, and the
// launch between the two lines.
func TestWrite_DrawsPartsApart(t *testing.T) {
	r := sample()
	page := write(t, r)
	median := regexp.MustCompile(`class="median" d="M[^L]*L([^"L]*)L([^"L]*)"`).FindStringSubmatch(page)
	usual := regexp.MustCompile(`class="usual" d="M([^"L]*)L([^"L]*)"`).FindStringSubmatch(page)
	part := regexp.MustCompile(`class="part" d="M([^"L]*)L([^"L]*)L([^"L]*)L([^"L]*)Z"`).FindStringSubmatch(page)
	if median == nil || usual == nil || part == nil {
		t.Fatalf("got median %q, without the launch %q and the launch %q, want all three", median, usual, part)
	}
	if diff := cmp.Diff([]string{median[1], median[2], usual[2], usual[1]}, part[1:]); diff != "" || usual[1] != median[1] || usual[2] == median[2] {
		t.Errorf("the launch (-between the lines +got):\n%s", diff)
	}
	if !strings.Contains(page, "median 700 (of it launch &#43;200)") {
		t.Error("the read-out does not tell the launch apart")
	}
}

// A plan that no model stands behind says so before anything else.
func TestWrite_Alarm(t *testing.T) {
	r := sample()
	r.Code = capacity.CodeTooShort
	if page := write(t, r); !strings.Contains(page, `role="alert"><b>No model stands behind this plan: too little history.</b>`) {
		t.Error("the page does not say that no model stands behind the plan")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestWrite_Errors(t *testing.T) {
	if err := report.Write(full{}, sample()); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("got %v, want the writer's error", err)
	}
	r := sample()
	r.Forecast.Values[0][0] = math.NaN()
	if err := report.Write(io.Discard, r); !errors.Is(err, capacity.ErrBadForecast) {
		t.Errorf("got %v, want a bad forecast", err)
	}
	r = sample()
	r.History.Values[0] = math.Inf(1)
	if err := report.Write(io.Discard, r); !errors.Is(err, capacity.ErrBadSeries) {
		t.Errorf("got %v, want a bad series", err)
	}
}

func ExampleWrite() {
	var page bytes.Buffer
	if err := report.Write(&page, sample()); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Contains(page.String(), "5 to 7 units over 3h"))
	// Output: true
}

// What a reader must know stands before the charts, whatever has become of the plan.
func TestWrite_Standing(t *testing.T) {
	at := start.Add(time.Hour)
	for name, c := range map[string]struct {
		standing capacity.Standing
		want     []string
		not      []string
	}{
		"proposed":   {capacity.Standing{Verdict: "proposed", Why: "control.mode is propose: nothing is carried out"}, []string{">proposed<", "A proposal only: control.mode is propose"}, []string{"headroom approve"}},
		"waiting":    {capacity.Standing{Verdict: "waiting", Why: "an action changes 37 units", Expires: at}, []string{">awaiting approval<", "Awaiting approval until Mon 2 Mar 09:00: an action changes 37 units.", "headroom approve chat 3f2a", "headroom reject chat 3f2a --why"}, nil},
		"expired":    {capacity.Standing{Verdict: "expired", Why: "nobody approved within 1h"}, []string{">approval expired<", "Nobody approved within 1h."}, []string{"headroom approve"}},
		"rejected":   {capacity.Standing{Verdict: "rejected", By: "ann", Why: "too dear"}, []string{">rejected<", "Rejected by ann: too dear."}, []string{"headroom approve"}},
		"superseded": {capacity.Standing{Verdict: "superseded: another plan is awaiting approval"}, []string{">superseded<", "Another plan is awaiting approval."}, nil},
		"taken over": {capacity.Standing{Verdict: "superseded", Why: "plan 9 took over"}, []string{">superseded<", "Plan 9 took over."}, nil},
		"paused":     {capacity.Standing{Verdict: "executing", Pause: &capacity.Halt{At: at, By: "bob", Why: "repairs"}}, []string{">paused<", "Paused by bob since Mon 2 Mar 09:00: repairs"}, nil},
		"aborted":    {capacity.Standing{Verdict: "aborted", Aborted: &capacity.Halt{At: at, By: "cy", Why: "enough"}}, []string{">aborted<", "Aborted by cy on Mon 2 Mar 09:00: enough."}, nil},
		"unknown":    {capacity.Standing{Verdict: "executing", Pools: []capacity.Running{{Pool: "g5", Trouble: "somebody else set it to 11 units"}}}, []string{"unknown", "somebody else set it to 11 units"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := sample()
			r.Standing = c.standing
			head, _, _ := strings.Cut(write(t, r), `id="h-demand"`)
			head = html.UnescapeString(head)
			for _, want := range c.want {
				if !strings.Contains(head, want) {
					t.Errorf("before the charts the page does not say %q", want)
				}
			}
			for _, not := range c.not {
				if strings.Contains(head, not) {
					t.Errorf("the page says %q", not)
				}
			}
		})
	}
}

// Load that was measured since is drawn over the forecast, and judged.
func TestWrite_Since(t *testing.T) {
	r := sample()
	r.Since = capacity.Series{Start: start, Step: time.Hour, Values: []float64{510, 640}}
	r.Track = report.Track{Steps: 2, Error: 0.05, Covered: 0.5, Short: time.Hour}
	page := html.UnescapeString(write(t, r))
	for _, want := range []string{
		"Since the plan was made, 2 steps of 1h were measured: the median forecast was off by 5%, and 50% of the steps lay inside the 95% interval; for 1h the load was above what the planned units serve.",
		"640 measured, median 600", "plan made",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if n := strings.Count(page, `class="past"`); n != 4 {
		t.Errorf("got %d lines of measured load, want the history and what came since in two sizes", n)
	}
}

// Axes name what is measured.
func TestWrite_Axes(t *testing.T) {
	for want, d := range map[string]capacity.Demand{
		"requests per second": {Value: "requests", Aggregate: capacity.Sum, Step: time.Hour},
		"tokens/s":            {Value: "n", Unit: "tokens/s", Aggregate: capacity.Sum, Step: time.Hour},
		"sessions":            {Value: "sessions", Aggregate: capacity.Mean, Step: time.Hour},
		"load per second":     {Source: "prometheus://p:9090/", Value: "sum(increase(x[$step]))", Aggregate: capacity.Sum, Step: time.Hour},
	} {
		r := sample()
		r.Policy.Demand = d
		if page := write(t, r); !strings.Contains(page, `y="14">`+want+"<") {
			t.Errorf("no axis is named %q", want)
		}
	}
}

// Money is written in the currency of the policy, wherever it stands.
func TestWrite_Currency(t *testing.T) {
	r := sample()
	r.Policy.Objective.Currency = "EUR"
	page := write(t, r)
	for _, want := range []string{"17.1 EUR", "15.1 EUR", "21.1 EUR", "priced at 4 EUR", "costs 40 EUR", "costs 1.006 EUR an hour"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(page, "in the currency of the policy") {
		t.Error("the page says that the currency is not known")
	}
}

// Control characters of a text that somebody stored do not reach the page.
func TestWrite_ControlCharacters(t *testing.T) {
	r := sample()
	r.Standing = capacity.Standing{Verdict: "superseded: étape", Notes: []string{"é stopped: a\x1b[2Jb\x00c\u202ed"}}
	var b bytes.Buffer
	if err := report.Write(&b, r); err != nil {
		t.Fatal(err)
	}
	for _, c := range []string{"\x1b", "\x00", "\u202e"} {
		if strings.Contains(b.String(), c) {
			t.Errorf("the page holds %q", c)
		}
	}
	if want := "a\ufffd[2Jb\ufffdc\ufffdd"; !strings.Contains(b.String(), want) || !strings.Contains(b.String(), "Étape.") {
		t.Errorf("the page does not hold %q and Étape", want)
	}
}
