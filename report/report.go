// Package report writes the page about a plan: one HTML file that needs nothing
// but a browser, no server, no network and no script.
package report

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"time"

	"headroom/capacity"
)

// A Report is what the page is about. History, Since, States, Board, Outcomes and
// Links may be empty; their parts of the page are then left out.
type Report struct {
	Policy   capacity.Policy
	History  capacity.Series // demand that the plan was made from, with NaN as gaps
	Since    capacity.Series // demand that was measured since the history ended
	Track    Track           // how the plan has held against it
	Forecast capacity.Forecast
	Plan     capacity.Plan
	Code     capacity.Code    // why no model stands behind the plan; empty if one does
	Board    []capacity.Score // of the backtest, best first or in any order
	Outcomes []capacity.Outcome
	States   []capacity.State // of the policy's pools when the plan was made
	Standing capacity.Standing
	Made     time.Time // when the plan was made
	Links    []Link
}

// A Track is how a plan has held against the load that was measured since.
type Track struct {
	Steps   int           // that were measured; 0: none yet
	Error   float64       // sum of the distances to the median, over the sum of the load
	Covered float64       // share of the steps inside the interval of 95 %
	Short   time.Duration // in steps whose load was above what the plan's units serve
}

// A Link leads from the page to where its matter is found, such as the run's
// page in the Temporal UI. Only http, https and relative addresses are kept.
type Link struct {
	Text string
	URL  string
}

//go:embed page.html style.css hover.js
var files embed.FS

var page = template.Must(template.New("page.html").Funcs(template.FuncMap{
	"style":  func() (template.CSS, error) { b, err := files.ReadFile("style.css"); return template.CSS(b), err },
	"script": func() (template.JS, error) { b, err := files.ReadFile("hover.js"); return template.JS(b), err },
}).ParseFS(files, "page.html"))

// Write writes r as one self-contained HTML page. Times are in the zone of the
// policy, or in UTC if that is unknown. It returns a
// [capacity.ErrBadForecast] or a [capacity.ErrBadSeries] for a forecast or a
// history that is broken, and otherwise only errors of w.
func Write(w io.Writer, r Report) error {
	if err := r.Forecast.Validate(); err != nil {
		return fmt.Errorf("report on %q: %w", r.Plan.Service, err)
	}
	for _, s := range []capacity.Series{r.History, r.Since} {
		if s.Len() == 0 {
			continue
		}
		if err := s.Validate(); err != nil {
			return fmt.Errorf("report on %q: history: %w", r.Plan.Service, err)
		}
	}
	if err := render(w, page, viewOf(r)); err != nil {
		return fmt.Errorf("report on %q: %w", r.Plan.Service, err)
	}
	return nil
}
