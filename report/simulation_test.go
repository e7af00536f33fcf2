package report_test

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/report"
)

// simulated is three hours in which the load of 10 units rises to 20, and is not
// known for a while; the rival is late by half an hour.
func simulated() report.Simulation {
	s := report.Simulation{
		Service: "chat", Kicker: "load.csv", Lead: "ours costs less", Share: 0.01, UnitRate: 100,
		Columns: []string{"cost at 1%", "excess"}, Compared: 1, Notes: []string{"a <b> note"},
		Load: capacity.Series{Start: start, Step: 15 * time.Second, Values: make([]float64, 720)},
	}
	ours, rival := make([]int32, 720), make([]int32, 720)
	for i := range s.Load.Values {
		s.Load.Values[i], ours[i], rival[i] = 1000, 10, 10
		if i >= 240 {
			s.Load.Values[i], ours[i] = 2000, 20
		}
		if i >= 360 {
			rival[i] = 20
		}
		if i >= 600 && i < 640 {
			s.Load.Values[i] = math.NaN()
		}
	}
	s.Contenders = []report.Contender{
		{Name: "rival", Role: report.Rival, Cells: []string{"9", "5%"}, Curve: []report.CurvePoint{{Share: 0, Cost: 12}, {Share: 0.02, Cost: 9}}, Ready: rival},
		{Name: "ours", Role: report.Ours, Cells: []string{"8", "1%"}, Curve: []report.CurvePoint{{Share: 0.001, Cost: 10}, {Share: 0.02, Cost: 8}}, Ready: ours},
		{Name: "far <off>", Role: report.Other, Why: "no setting keeps 1%", Curve: []report.CurvePoint{{Share: 0.4, Cost: 3}}},
	}
	return s
}

func writeSimulation(t testing.TB, s report.Simulation) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.WriteSimulation(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWriteSimulation(t *testing.T) {
	page := writeSimulation(t, simulated())
	for _, want := range []string{
		"<td class=\"num\">5%</td>", "a &lt;b&gt; note", "far &lt;off&gt;", "no setting keeps 1%", "All that was tested", "share of the time in which capacity is missing", `colspan="1">at the same share`, "class=\"curve-ours\"", "class=\"curve-rival\"",
		// At 01:00, a third into the chart of 902 units, the rival's capacity is
		// missing until a half.
		`class="alarms" d="M346.7 28H497V170H346.7Z"`,
		"Mon 2 Mar 02:30: not measured, ours 20, rival 20",
		"Mon 2 Mar 01:15: 20 units needed, ours 20, rival 10",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if got := strings.Count(page, `class="alarms"`); got != 2 {
		t.Errorf("got %d marks of missing capacity, want one in each size", got)
	}
	for _, bad := range []string{"http:", "https:", "src=\"", "@import", "url(", "<link", "ZgotmplZ", "NaN", "Inf"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	if ours, rival := strings.Index(page, "stretch-ours"), strings.Index(page, "stretch-rival"); ours > rival {
		t.Errorf("got ours at %d and the rival at %d, want ours first", ours, rival)
	}
}

// Of several days the busiest is drawn, from an hour on.
func TestWriteSimulation_BusiestDay(t *testing.T) {
	s := simulated()
	s.Load = capacity.Series{Start: start.Add(10 * time.Minute), Step: time.Minute, Values: make([]float64, 3*1440)}
	for i := range s.Load.Values {
		if s.Load.Values[i] = 500; i >= 1440 && i < 2*1440 {
			s.Load.Values[i] = 700
		}
	}
	for i := range s.Contenders {
		if s.Contenders[i].Ready != nil {
			s.Contenders[i].Ready = make([]int32, s.Load.Len())
		}
	}
	page := writeSimulation(t, s)
	if want := "The 24 hours with the most load, Tue 3 Mar 00:00 to Wed 4 Mar 00:00"; !strings.Contains(page, want) {
		t.Errorf("the page lacks %q", want)
	}
}

// Without a policy to draw, the table stands alone.
func TestWriteSimulation_NothingToDraw(t *testing.T) {
	s := simulated()
	s.Contenders = s.Contenders[2:]
	page := writeSimulation(t, s)
	if strings.Contains(page, "<svg") || !strings.Contains(page, "no setting keeps 1%") {
		t.Errorf("got a chart of nothing, or no table")
	}
}

func TestWriteSimulation_Bad(t *testing.T) {
	for name, spoil := range map[string]func(*report.Simulation){
		"no load":          func(s *report.Simulation) { s.Load.Values = nil },
		"units do not fit": func(s *report.Simulation) { s.Contenders[0].Ready = make([]int32, 3) },
	} {
		t.Run(name, func(t *testing.T) {
			s := simulated()
			spoil(&s)
			if err := report.WriteSimulation(&bytes.Buffer{}, s); !errors.Is(err, capacity.ErrBadSeries) {
				t.Errorf("got %v, want %v", err, capacity.ErrBadSeries)
			}
		})
	}
}
