package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"headroom/capacity"
	"headroom/models"
	"headroom/pipeline"
	"headroom/simulate"
	known "headroom/simulate/baseline"
)

// kickOffs are the matches of the World Cup of 1998 up to 21 June, local time in
// France, as the fixture list announced them.
var kickOffs = []string{
	"06-10 17:30", "06-10 21:00", "06-11 17:30", "06-11 21:00",
	"06-12 14:30", "06-12 17:30", "06-12 21:00", "06-13 14:30", "06-13 17:30", "06-13 21:00",
	"06-14 14:30", "06-14 17:30", "06-14 21:00", "06-15 14:30", "06-15 17:30", "06-15 21:00",
	"06-16 17:30", "06-16 21:00", "06-17 17:30", "06-17 21:00", "06-18 17:30", "06-18 21:00",
	"06-19 17:30", "06-19 21:00", "06-20 14:30", "06-20 17:30", "06-20 21:00",
	"06-21 14:30", "06-21 17:30", "06-21 21:00",
}

// matches are the kick-offs as events whose uplift is to be learnt from those
// before: a match and its break take about two hours.
func matches() ([]capacity.Event, error) {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return nil, fmt.Errorf("read the clock of France: %w", err)
	}
	var all []capacity.Event
	for _, text := range kickOffs {
		at, err := time.ParseInLocation("2006-01-02 15:04", "1998-"+text, zone)
		if err != nil {
			return nil, fmt.Errorf("read kick-off %q: %w", text, err)
		}
		all = append(all, capacity.Event{Name: "match " + text, Kind: "match", From: at.UTC(), To: at.Add(2 * time.Hour).UTC(), Ramp: 30 * time.Minute})
	}
	return all, nil
}

// events compares, on the matches of the week from 15 June on, a plan that knows
// when they are played, and what those before brought, with the AWS stack that
// is not told.
func events(ctx context.Context, r request) error {
	whole := r
	whole.only, whole.part = "World Cup web site", "test"
	found, err := trials(whole, 0)
	if err != nil {
		return err
	}
	t := found[0]
	announced, err := matches()
	if err != nil {
		return err
	}
	from := time.Date(1998, 6, 15, 0, 0, 0, 0, time.UTC)
	if !r.test() { // tuned on the two days before
		t.load = t.load.Slice(0, int(from.Sub(t.load.Start)/t.load.Step))
		from = from.AddDate(0, 0, -2)
	}
	t.train = int(from.Sub(t.load.Start) / t.load.Step)
	out := &table{head: []string{"policy, lead time", "cost", "minutes short", "of them in matches", "longest", "actions/day"}}
	for _, lead := range leads[1:] {
		c := t.reported(lead)
		for _, e := range announced {
			if !e.From.Before(from) {
				c.Events = append(c.Events, capacity.Window{From: e.From.Add(-e.Ramp), To: e.To.Add(e.Ramp)})
			}
		}
		s, err := simulate.New(c)
		if err != nil {
			return err
		}
		tried, err := simulate.New(t.rehearsed(lead))
		if err != nil {
			return err
		}
		nowcasting := simulate.NewNowcasting().With(r.share)
		slots, err := slots(ctx, t, announced, lead)
		if err != nil {
			return err
		}
		scores, err := tried.Sweep(ctx, known.AWSPredictive{})
		if err != nil {
			return err
		}
		stack := simulate.Policy(known.AWSPredictive{})
		if i := cheapest(scores, r.share); i >= 0 {
			stack = stack.With(scores[i].Setting)
		}
		announcedPlan := simulate.Planned{Label: "announced plan and short-term forecaster, not live", Slots: slots, Floor: nowcasting}
		cost := math.Inf(1)
		floored := simulate.Planned{Label: "announced plan, short-term forecaster and floor: dynamic, not live", Slots: slots, Floor: simulate.Highest{nowcasting, known.Dynamic{}}}
		for _, p := range []simulate.Policy{stack, nowcasting, announcedPlan, floored} {
			run, err := s.Run(ctx, p)
			if err != nil {
				return err
			}
			v := run.Score()
			cost = v.Cost
			out.add(eventRow(p.Name(), lead, v)...)
		}
		// The stack with the setting that hindsight would choose for that cost.
		if scores, err = s.Sweep(ctx, stack); err != nil {
			return err
		}
		slices.SortFunc(scores, func(a, b simulate.Score) int { return cmp.Compare(b.Cost, a.Cost) })
		if i := slices.IndexFunc(scores, func(v simulate.Score) bool { return v.Cost <= cost }); i >= 0 {
			out.add(eventRow(stack.Name()+" for that cost, in hindsight", lead, scores[i])...)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "World Cup web site from %s on, %.2g %% of missing capacity as SLO; matches with half an hour before and after. Cost in unit-hours.\n\n%s", from.Format(time.DateOnly), 100*r.share, out)
	return publishBlock(ctx, r, "events-"+r.part, b.String())
}

// planned is the service level of the plan beneath the forecast of the next
// hour, which answers for the rest; chosen on 13 and 14 June.
const planned = 0.8

func eventRow(name string, lead time.Duration, v simulate.Score) []string {
	return []string{name + ", " + lead.String(), decimal(v.Cost, 0), decimal(v.Violation, 0), decimal(v.EventViolation, 0), decimal(v.Longest, 0), decimal(v.PerDay, 0)}
}

// slots is a plan for each day, made at its first minute from what was measured
// until then.
func slots(ctx context.Context, t trial, announced []capacity.Event, lead time.Duration) ([]simulate.Slot, error) {
	const step, horizon = 5 * time.Minute, 24 * time.Hour
	per := int(step / t.load.Step)
	whole := capacity.Series{Start: t.load.Start, Step: step}
	for i := 0; i+per <= t.load.Len(); i += per {
		whole.Values = append(whole.Values, average(t.load.Values[i:i+per]))
	}
	policy := capacity.Policy{
		Service:   "world-cup",
		Demand:    capacity.Demand{Aggregate: capacity.Mean, Step: step, Timezone: "Europe/Paris"},
		Forecast:  capacity.Outlook{Horizon: horizon},
		Pools:     []capacity.Pool{{Name: "web", Target: "sim://web", UnitRate: t.rate, Min: 1, Max: 100_000, Price: 1, LeadTime: lead, Market: capacity.OnDemand}},
		Objective: capacity.Objective{ServiceLevel: planned},
		Events:    announced,
	}
	var all []simulate.Slot
	states, _ := pipeline.InitialStates(policy, whole.Slice(0, int(t.load.At(t.train).Sub(whole.Start)/step)))
	for at := t.load.At(t.train); at.Before(t.load.End()); at = at.Add(horizon) {
		past := whole.Slice(0, int(at.Sub(whole.Start)/step))
		if most := int(28 * 24 * time.Hour / step); past.Len() > most {
			past = past.Slice(past.Len()-most, past.Len())
		}
		history, err := pipeline.PrepareHistory(policy, past, capacity.LoadSummary{Step: step}, at)
		if err != nil {
			return nil, err
		}
		usual, _, err := history.Best(ctx, models.New(models.Seasons(step)))
		if err != nil {
			return nil, err
		}
		if usual, err = history.Finish(usual); err != nil {
			return nil, err
		}
		plan, err := pipeline.MakePlan(pipeline.PlanInput{
			Asked: policy, Learned: pipeline.Learned{Policy: policy}, Forecast: usual, States: states, Now: at,
		})
		if err != nil {
			return nil, err
		}
		for _, s := range plan.Plan.Pools[0].Steps {
			all = append(all, simulate.Slot{At: s.Start.Add(-lead), Units: s.Units})
			states[0] = capacity.State{Units: s.Units, Serving: s.Units}
		}
	}
	return all, nil
}
