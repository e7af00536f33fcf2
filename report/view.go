package report

import (
	"encoding/json"
	"fmt"
	"html/template"
	"math"
	"net/url"
	"slices"
	"time"

	"headroom/capacity"
)

// A view is the page's words and pictures, ready to be laid out.
type view struct {
	Service, Lead         string
	Standing              standingView
	Cards                 []card
	Demand                *figureView
	Pools                 []poolView
	Actions               []actionRow
	ManyPools             bool
	HasOutcomes           bool
	Board                 []boardRow
	Levels                []string // of the board's coverage
	Policy                []card
	Notes                 []string
	Links                 []Link
	ID, Model, Made, Zone string
	From, To              string
	HasHistory            bool
	Read                  string // the account of the load that was read
	Track                 string // how the plan has held since it was made
	Parts                 []partRow
	Peak                  string        // when the median is highest, and how high
	Code                  capacity.Code // why no model stands behind the plan
	Inner, Outer          string        // names of the forecast's bands
	BoardWidth            int           // columns beside the model's name
}

// A card is a name and what it is.
type card struct{ Name, Text, More string }

// A figureView is a chart with what its read-out shows.
type figureView struct {
	Chart template.HTML
	Read  string // JSON: pairs of a time in Unix seconds and a text
	Dots  []dot
}

const stamp = "Mon 2 Jan 15:04"

func viewOf(r Report) view {
	zone, err := time.LoadLocation(r.Policy.Demand.Timezone)
	if err != nil {
		zone = time.UTC
	}
	v := view{
		Service: r.Plan.Service, Standing: standing(r, zone), Track: tracked(r), Read: accountOf(r.Plan.Load, zone),
		Lead:  lead(r, zone),
		Cards: cards(r),
		Board: board(r), Levels: levels(r.Board),
		Policy: policy(r, zone),
		Notes:  notes(r.Plan), Links: safe(r.Links),
		ID: r.Plan.ID, Model: r.Plan.Model, Zone: zone.String(),
		Made: r.Made.In(zone).Format("Mon 2 Jan 2006 15:04"),
		From: r.Plan.Start.In(zone).Format(stamp), To: r.Plan.End().In(zone).Format(stamp),
	}
	v.ManyPools = len(r.Plan.Pools) > 1
	v.Actions, v.HasOutcomes = actions(r, zone), len(r.Outcomes) > 0
	v.HasHistory, v.BoardWidth = r.History.Len() > 0, 3+len(v.Levels)
	low, high := inner(r.Forecast)
	last := len(r.Forecast.Levels) - 1
	v.Inner, v.Outer = band(r.Forecast, low, high), band(r.Forecast, 0, last)
	v.Demand = demandChart(r, zone)
	v.Code, v.Parts = r.Code, parts(r, zone)
	peak := peakOf(r.Forecast)
	v.Peak = fmt.Sprintf("%s on %s", capacity.Digits(r.Policy.Demand.Rate(r.Forecast.Quantile(0.5, peak))), r.Forecast.At(peak).In(zone).Format(stamp))
	v.Pools = pools(r, zone)
	return v
}

// lead is what the plan does, in one sentence.
func lead(r Report, zone *time.Location) string {
	if len(r.Plan.Pools) == 0 || len(r.Plan.Pools[0].Steps) == 0 {
		return "This plan has no steps."
	}
	steps := slices.Clone(r.Plan.Pools[0].Steps)
	for _, pool := range r.Plan.Pools[1:] {
		for t := range min(len(steps), len(pool.Steps)) {
			steps[t].Units += pool.Steps[t].Units
		}
	}
	least, most := steps[0], steps[0]
	for _, s := range steps {
		if s.Units < least.Units {
			least = s
		}
		if s.Units > most.Units {
			most = s
		}
	}
	span := capacity.Brief(r.Plan.End().Sub(r.Plan.Start))
	if least.Units == most.Units {
		return fmt.Sprintf("Runs %s throughout %s.", capacity.Count(most.Units, "unit"), span)
	}
	return fmt.Sprintf("Runs %d to %d units over %s, most from %s on; %s.", least.Units, most.Units, span, most.Start.In(zone).Format("Mon 2 Jan 15:04"), capacity.Count(len(r.Plan.Actions), "change"))
}

// notes are those on the load, then those on the plan, each once.
func notes(p capacity.Plan) []string {
	var all []string
	for _, note := range slices.Concat(p.Load.Notes, p.Notes) {
		if !slices.Contains(all, note) {
			all = append(all, note)
		}
	}
	return all
}

// accountOf is what was read of the load; empty if that is not known.
func accountOf(l capacity.LoadSummary, zone *time.Location) string {
	if l.Rows == 0 {
		return ""
	}
	l.Timezone = zone.String() // that of the page
	return l.String()
}

// tracked is how a plan has held against the load since, in a sentence.
func tracked(r Report) string {
	t := r.Track
	if t.Steps == 0 {
		return ""
	}
	text := fmt.Sprintf("Since the plan was made, %s of %s were measured: the median forecast was off by %.0f%%, and %.0f%% of the steps lay inside the 95%% interval", capacity.Count(t.Steps, "step"), capacity.Brief(r.Forecast.Step), 100*t.Error, 100*t.Covered)
	if t.Short > 0 {
		return text + fmt.Sprintf("; for %s the load was above what the planned units serve.", capacity.Brief(t.Short))
	}
	return text + "; the planned units served all of it."
}

// safe drops links that a browser should not follow.
func safe(links []Link) []Link {
	return slices.DeleteFunc(slices.Clone(links), func(l Link) bool {
		u, err := url.Parse(l.URL)
		return err != nil || !slices.Contains([]string{"", "http", "https"}, u.Scheme)
	})
}

// read writes a read-out for the page's script.
func read(rows [][2]any) string {
	data, err := json.Marshal(rows)
	if err != nil {
		return "[]"
	}
	return string(data)
}

// rates turns a row of the forecast into the load that units are measured by.
func rates(p capacity.Policy, values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = p.Demand.Rate(v)
	}
	return out
}

// quantile is one quantile of the forecast over all steps, as a rate.
func quantile(r Report, q float64) []float64 {
	out := make([]float64, r.Forecast.Steps())
	for t := range out {
		out[t] = r.Policy.Demand.Rate(r.Forecast.Quantile(q, t))
	}
	return out
}

// highest is the largest value; NaN is none.
func highest(rows ...[]float64) float64 {
	top := 0.0
	for _, row := range rows {
		for _, v := range row {
			if !math.IsNaN(v) {
				top = max(top, v)
			}
		}
	}
	return top
}
