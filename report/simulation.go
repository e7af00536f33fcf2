package report

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"time"

	"headroom/capacity"
)

// A Simulation is what the page about policies on one trace is about.
type Simulation struct {
	Service string
	Kicker  string // what was simulated
	Lead    string // the outcome, in one sentence
	Level   string // at what the policies are compared
	Facts   []Fact // for the top of the page
	Share   float64
	// Columns are those of the table, beside the policy's name. The first of them,
	// so many as Compared, compare policies at Level; the others are of one run.
	Columns    []string
	Compared   int
	Contenders []Contender // in the order of the table
	Notes      []string
	Load       capacity.Series // per second, in the ticks that count; NaN: not known
	UnitRate   float64         // load per second that one unit serves
	Currency   string          // of all costs; empty: not known
	Zone       *time.Location  // nil: UTC
}

// A Fact is a name, what it is, and a word more.
type Fact struct{ Name, Text, More string }

// A Contender is one policy of a simulation.
type Contender struct {
	Name  string
	Role  Role
	Cells []string // of the table; none: Why says why not
	Why   string
	Curve []CurvePoint // cost by share of missing capacity, by share
	Ready []int32      // units that served in each tick of the load; nil: not drawn
}

// A CurvePoint is what a policy costs when capacity is missing in so much of
// the time.
type CurvePoint struct{ Share, Cost float64 }

// A Role is what a policy is on the page. It is a class of the style sheet.
type Role string

// The roles.
const (
	Ours  Role = "ours"
	Rival Role = "rival" // the cheapest of the others
	Bound Role = "bound" // the oracle
	Other Role = "other"
)

//go:embed simulation.html simulation.css
var simulationFiles embed.FS

var simulationPage = template.Must(template.New("simulation.html").Funcs(pageParts).ParseFS(simulationFiles, "simulation.html"))

// pageParts are what pages about ways of running a service embed.
var pageParts = template.FuncMap{
	"style": func() (template.CSS, error) {
		all, err := files.ReadFile("style.css")
		if err != nil {
			return "", err
		}
		own, err := simulationFiles.ReadFile("simulation.css")
		return template.CSS(append(all, own...)), err
	},
	"script": func() (template.JS, error) { b, err := files.ReadFile("hover.js"); return template.JS(b), err },
}

// WriteSimulation writes s as one self-contained HTML page. It returns a
// [capacity.ErrBadSeries] for a load that is broken or that a contender's units
// do not fit, and otherwise only errors of w.
func WriteSimulation(w io.Writer, s Simulation) error {
	if err := s.Load.Validate(); err != nil {
		return fmt.Errorf("report on the simulation of %q: %w", s.Service, err)
	}
	for _, c := range s.Contenders {
		if c.Ready != nil && len(c.Ready) != s.Load.Len() {
			return fmt.Errorf("report on the simulation of %q: %q has units for %d of %d ticks: %w", s.Service, c.Name, len(c.Ready), s.Load.Len(), capacity.ErrBadSeries)
		}
	}
	if s.Zone == nil {
		s.Zone = time.UTC
	}
	if err := render(w, simulationPage, s); err != nil {
		return fmt.Errorf("report on the simulation of %q: %w", s.Service, err)
	}
	return nil
}

// OneRun is how many columns are of one run.
func (s Simulation) OneRun() int { return len(s.Columns) - s.Compared }

// Drawn are the contenders that stand out: ours, the rival, and the bound.
func (s Simulation) Drawn() []Contender {
	var drawn []Contender
	for _, role := range []Role{Ours, Rival, Bound} {
		for _, c := range s.Contenders {
			if c.Role == role {
				drawn = append(drawn, c)
			}
		}
	}
	return drawn
}
