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
	Service, Verdict, Lead string
	Cards                  []card
	Demand                 *figureView
	Pools                  []poolView
	Actions                []actionRow
	ManyPools              bool
	HasOutcomes            bool
	Board                  []boardRow
	Levels                 []string // of the board's coverage
	Policy                 []card
	Notes                  []string
	Links                  []Link
	ID, Model, Made, Zone  string
	From, To               string
	HasHistory             bool
	Parts                  []partRow
	Peak                   string        // when the median is highest, and how high
	Code                   capacity.Code // why no model stands behind the plan
	Inner, Outer           string        // names of the forecast's bands
	BoardWidth             int           // columns beside the model's name
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
		Service: r.Plan.Service, Verdict: r.Verdict,
		Lead:  lead(r, zone),
		Cards: cards(r),
		Board: board(r), Levels: levels(r.Board),
		Policy: policy(r, zone),
		Notes:  r.Plan.Notes, Links: safe(r.Links),
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
	v.Peak = fmt.Sprintf("%s on %s", capacity.Figure(r.Policy.Demand.Rate(r.Forecast.Quantile(0.5, peak))), r.Forecast.At(peak).In(zone).Format(stamp))
	v.Pools = pools(r, zone)
	return v
}

// lead is what the plan does, in one sentence.
func lead(r Report, zone *time.Location) string {
	if len(r.Plan.Pools) == 0 || len(r.Plan.Pools[0].Steps) == 0 {
		return "This plan has no steps."
	}
	steps, e := slices.Clone(r.Plan.Pools[0].Steps), r.Plan.Expect
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
	text := fmt.Sprintf("%d to %d units over %s, peak from %s", least.Units, most.Units, span, most.Start.In(zone).Format("Mon 15:04"))
	if least.Units == most.Units {
		text = fmt.Sprintf("%d units throughout %s", most.Units, span)
	}
	return fmt.Sprintf("%s; costs %s, with %s min of missing capacity to be expected.", text, capacity.Figure(e.UnitCost), capacity.Figure(e.ViolationMinutes))
}

func cards(r Report) []card {
	e := r.Plan.Expect
	list := []card{
		{"Peak", fmt.Sprint(e.Peak), "units"},
		{"Capacity", capacity.Figure(e.UnitHours), "unit-hours"},
		{"Cost of units", capacity.Figure(e.UnitCost), "in the policy's currency"},
		{"Expected shortage", capacity.Figure(e.ViolationMinutes) + " min", capacity.Figure(e.MissingUnitHours) + " unit-hours missing"},
		{"Risk level", capacity.Percentile(r.Plan.Quantile), "of demand is planned for"},
		{"Changes", fmt.Sprint(len(r.Plan.Actions)), "actions"},
	}
	if e.MissingCost > 0 {
		list[3].More += fmt.Sprintf(", priced %s", capacity.Figure(e.MissingCost))
	}
	if e.ChangeCost > 0 {
		list[5].More += fmt.Sprintf(", priced %s", capacity.Figure(e.ChangeCost))
	}
	return list
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
