// Package lookback compares what was done in a week with what could have been done.
package lookback

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"headroom/activities/failure"
	"headroom/activities/records"
	"headroom/calendar"
	"headroom/capacity"
	"headroom/history"
	"headroom/regret"
)

// Lookback computes regrets.
type Lookback struct {
	Records records.Records
	Sources func(uri string) (history.Source, error)
}

// RegretInput says whose capacity to look back at, and when, on that clock.
type RegretInput struct {
	Policy capacity.Policy
	Now    time.Time
	// Window is the time to look back at. Zero: the last whole week, from Monday to
	// Monday in the zone of the demand.
	Window capacity.Window `json:",omitzero"`
}

// RegretResult is a comparison in short; all of it is where Stored says.
type RegretResult struct {
	Stored capacity.Ref
	Window capacity.Window
	Tally  regret.Tally
	Gaps   []regret.Gap `json:",omitempty"` // the first 20
	Notes  []string     `json:",omitempty"`
	Story  string       // in Markdown
}

// Regret compares what was done with what could have been done, as
// [regret.Compare] has it, and stores it once under the name of the window. The
// load is fetched once; what was done is read from the day books, and from the
// outcomes of the plans that they name. Unit rate and lead time are those of the
// newest of these plans. Its errors are those of [history.Source] and of
// [regret.Compare].
func (a *Lookback) Regret(ctx context.Context, in RegretInput) (out RegretResult, err error) {
	defer failure.Cross(&err)
	w := in.Period()
	source, err := a.Sources(in.Policy.Demand.Source)
	if err != nil {
		return out, err
	}
	t, err := source.Fetch(ctx, in.Policy.Demand, w.From, w.To)
	if err != nil {
		return out, err
	}
	defer t.Release()
	return Compare(ctx, a.Records, in.Policy, w, t)
}

// Period is what to look back at.
func (in RegretInput) Period() capacity.Window {
	if in.Window != (capacity.Window{}) {
		return in.Window
	}
	return regret.Week(in.Now, zoneOf(in.Policy))
}

// zoneOf is the zone of the demand, or UTC if this machine does not know it.
func zoneOf(p capacity.Policy) *time.Location {
	zone, err := time.LoadLocation(p.Demand.Timezone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// Compare is Regret for a load that is fetched.
func Compare(ctx context.Context, r records.Records, p capacity.Policy, w capacity.Window, t history.Table) (out RegretResult, err error) {
	defer records.Tell(r, &RegretInput{Policy: p, Window: w}, &out, &err)
	if p, err = p.PricedAt(w.From); err != nil {
		return out, err
	}
	load, _, err := history.ToSeries(t, p.Demand)
	if err != nil {
		return out, err
	}
	in := regret.Input{Policy: p, Window: w}
	var outages []calendar.Span
	in.Load, outages = calendar.Mask(load)
	notes, err := lookBack(ctx, r, &in)
	if err != nil {
		return out, err
	}
	for _, s := range outages {
		notes = append(notes, fmt.Sprintf("%s from %s on is treated as missing data: %s", capacity.Brief(s.To.Sub(s.From)), capacity.Stamp(s.From, p.Demand.Zone()), s.Reason))
	}
	c, err := regret.Compare(ctx, in)
	if err != nil {
		return out, err
	}
	c.Notes = append(notes, c.Notes...)
	out = RegretResult{Window: w, Tally: c.Tally, Gaps: c.Gaps[:min(shownGaps, len(c.Gaps))], Notes: c.Notes}
	if out.Stored, err = putRegret(ctx, r, p, c); err != nil {
		return out, err
	}
	out.Story = fmt.Sprintf("%s\n\nAll of it: `%s`", Markdown(c.Tally), out.Stored.Key)
	return out, nil
}

// putRegret stores a comparison, once. Where what is known has changed since the
// first, such as load that was delivered late, the first stays, and this one is
// stored beside it.
func putRegret(ctx context.Context, r records.Records, p capacity.Policy, c regret.Comparison) (capacity.Ref, error) {
	data, err := json.Marshal(c)
	if err != nil {
		return capacity.Ref{}, fmt.Errorf("encode the regret of %q: %w", p.Service, err)
	}
	label := regret.Label(c.Window, zoneOf(p))
	ref, err := r.Store.Put(ctx, capacity.RegretKey(p.Service, label), data)
	if errors.Is(err, capacity.ErrConflict) {
		return r.Store.Put(ctx, capacity.RegretKey(p.Service, label+"-"+capacity.RefTo("", data).SHA256[:12]), data)
	}
	return ref, err
}

// Markdown is a tally in Markdown.
func Markdown(t regret.Tally) string {
	line := func(a regret.Account) string {
		return fmt.Sprintf("- %s: %s, %s min under-provisioned", a.Way, capacity.Figure(a.Money()), capacity.Figure(a.Violation))
	}
	worse, saved := t.Regret(), t.Saving()
	return fmt.Sprintf("Compared: %s of %s.\n\n%s\n%s; regret %s and %s min\n%s; saved %s and %s min",
		hours(t.Minutes), hours(t.Window), line(t.Done),
		line(t.Oracle), capacity.Figure(worse.Money), capacity.Figure(worse.Violation),
		line(t.Reactive), capacity.Figure(saved.Money), capacity.Figure(saved.Violation))
}

// hours writes minutes as hours.
func hours(minutes float64) string { return capacity.Trim(minutes/60, 1) + " h" }

// shownGaps is how many gaps are in a result.
const shownGaps = 20
