package report

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"time"

	"headroom/capacity"
)

// A Regret is what the page about a look back is about.
type Regret struct {
	Title  string // the service, or of how many the page is
	Kicker string // the time that is looked back at
	Lead   string // the outcome, in one sentence
	Facts  []Fact // for the top of the page
	// Columns are those of the table, beside the service's name.
	Columns []string
	Rows    []RegretRow // in the order of the table
	Drawn   []Hindsight // services that are drawn, in their order on the page
	Notes   []string
	Zone    *time.Location // nil: UTC
}

// A RegretRow is one service of the table.
type RegretRow struct {
	Name  string
	Cells []string // none: Why says why not
	Why   string
	Sum   bool // it is all services together
}

// A Hindsight is one service: units that were needed, and that served in each
// way of running it.
type Hindsight struct {
	Service string
	Text    string // what it came to
	Start   time.Time
	Tick    time.Duration
	Need    []int32     // by tick; negative: it is not compared
	Ways    []Contender // with Ready by tick: what was done as ours, the reactive policy as the rival, the oracle as the bound
}

//go:embed regret.html
var regretFiles embed.FS

var regretPage = template.Must(template.New("regret.html").Funcs(pageParts).ParseFS(regretFiles, "regret.html"))

// WriteRegret writes r as one self-contained HTML page. It returns a
// [capacity.ErrBadSeries] for a service whose units do not fit together, and
// otherwise only errors of w.
func WriteRegret(w io.Writer, r Regret) error {
	for _, h := range r.Drawn {
		for _, way := range h.Ways {
			if len(way.Ready) != len(h.Need) || h.Tick <= 0 {
				return fmt.Errorf("report on the regret of %q: %q has units for %d of %d ticks of %v: %w", h.Service, way.Name, len(way.Ready), len(h.Need), h.Tick, capacity.ErrBadSeries)
			}
		}
	}
	if r.Zone == nil {
		r.Zone = time.UTC
	}
	if err := render(w, regretPage, r); err != nil {
		return fmt.Errorf("report on the regret of %q: %w", r.Title, err)
	}
	return nil
}

// A hindsightView is a service with its charts.
type hindsightView struct {
	Hindsight
	*stretchView
	Gaps bool // something is not compared
}

// Charts draws the services.
func (r Regret) Charts() []hindsightView {
	var all []hindsightView
	for i, h := range r.Drawn {
		p := panels{
			ID: fmt.Sprintf("hindsight-%d", i), Load: capacity.Series{Start: h.Start, Step: h.Tick, Values: make([]float64, len(h.Need))},
			Rate: 1, Drawn: h.Ways, Unknown: "not compared", Veiled: true, Zone: r.Zone,
		}
		for k, n := range h.Need {
			if p.Load.Values[k] = float64(n); n < 0 {
				p.Load.Values[k] = math.NaN()
			}
		}
		if v := p.draw(true); v != nil {
			all = append(all, hindsightView{h, v, slices.Min(h.Need) < 0})
		}
	}
	return all
}
