package report_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/report"
)

// regretted is a service of ten hours by the minute: 2 units are needed, then 5
// from 5:00 on, which came ten minutes late; and nothing is known of the last
// hour.
func regretted() report.Regret {
	need, done, best := make([]int32, 600), make([]int32, 600), make([]int32, 600)
	for k := range need {
		need[k], done[k], best[k] = 2, 2, 2
		if k >= 300 {
			need[k], best[k] = 5, 5
		}
		if k >= 310 {
			done[k] = 5
		}
		if k >= 540 {
			need[k] = -1
		}
	}
	return report.Regret{
		Title: "2 services", Kicker: "2026-W10", Lead: "it was <fine>", Columns: []string{"done", "min"}, Notes: []string{"a <b> note"},
		Facts: []report.Fact{{Name: "Regret", Text: "3", More: "and 10 min"}},
		Rows:  []report.RegretRow{{Name: "web", Cells: []string{"20", "10"}}, {Name: "chat", Why: "nothing was recorded"}, {Name: "all", Cells: []string{"20", "10"}, Sum: true}},
		Drawn: []report.Hindsight{{Service: "web", Text: "Regret 3.", Start: start, Tick: time.Minute, Need: need, Ways: []report.Contender{
			{Name: "done", Role: report.Ours, Ready: done}, {Name: "oracle", Role: report.Bound, Ready: best},
		}}},
	}
}

func writeRegret(t *testing.T, r report.Regret) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.WriteRegret(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWriteRegret(t *testing.T) {
	page := writeRegret(t, regretted())
	for _, want := range []string{
		"<td class=\"num\">20</td>", "it was &lt;fine&gt;", "a &lt;b&gt; note", "nothing was recorded", "<tr class=\"ours\"><th scope=\"row\">all</th>",
		"web: serving and needed units", "id=\"hindsight-0-ours-wide-title\"", "serve-bound",
		"Mon 2 Mar 05:05: 5 units needed, done 2, oracle 5",
		"Mon 2 Mar 09:30: not compared, done 5, oracle 5",
		// Ten minutes of 600, from the middle of a plot that is 902 wide on.
		`class="alarms" d="M497 28H512V170H497Z"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	// The last hour of ten is veiled: from 857.8 on.
	if want := `class="veil" d="M857.8 28H948V170H857.8Z"`; strings.Count(page, `class="veil"`) != 4 || !strings.Contains(page, want) || !strings.Contains(page, "k-veil") {
		t.Errorf("what is not compared is not veiled in each chart as %s", want)
	}
	if got := strings.Count(page, `class="alarms"`); got != 2 {
		t.Errorf("got %d marks of missing capacity, want one in each size", got)
	}
	for _, bad := range []string{"http:", "https:", "src=\"", "@import", "url(", "<link", "ZgotmplZ", "NaN", "Inf"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
}

// Without a service to draw, the table stands alone.
func TestWriteRegret_NothingToDraw(t *testing.T) {
	r := regretted()
	r.Drawn = nil
	if page := writeRegret(t, r); strings.Contains(page, "<svg") || !strings.Contains(page, "nothing was recorded") {
		t.Errorf("got a chart of nothing, or no table")
	}
}

func TestWriteRegret_Bad(t *testing.T) {
	r := regretted()
	r.Drawn[0].Need = r.Drawn[0].Need[1:]
	if err := report.WriteRegret(&bytes.Buffer{}, r); !errors.Is(err, capacity.ErrBadSeries) {
		t.Errorf("got %v, want %v", err, capacity.ErrBadSeries)
	}
}
