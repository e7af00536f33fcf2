// Package prometheus reads load history from a Prometheus server, or from what
// answers to its API, such as Thanos, Mimir and VictoriaMetrics.
package prometheus

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"

	api "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"

	"headroom/capacity"
	"headroom/history"
)

// A Source reads load history from the address prometheus://host:9090/, which
// is spoken to by HTTP, or prometheus+https://host/prefix/. The value of the
// demand is a query in PromQL that gives one series; $step in it stands for the
// demand's step:
//
//	sum(increase(http_requests_total{app="chat"}[$step]))
//
// The query is evaluated at the end of every step, so that a range of $step
// covers the step, and the answer is the step's one measurement. A step that
// has not ended is not asked for. NaN and infinite values are no measurements, and
// are counted as skipped. Where the server limits how much a query reads or how
// long it takes, the range is asked for in parts.
type Source struct {
	Servers Servers           // that are signed in to
	Through http.RoundTripper // carries calls to all other servers; nil: the default
	Now     func() time.Time  // nil: the wall clock
}

var _ history.Source = Source{}

// most is how many steps are asked for at once. A server gives at most 11,000
// points for each series of an answer.
const most = 10_000

// Fetch implements [history.Source]. The object of its messages is the query.
func (s Source) Fetch(ctx context.Context, d capacity.Demand, from, to time.Time) (history.Table, error) {
	fail := func(err error) (history.Table, error) {
		return history.Table{}, fmt.Errorf("fetch %q from %q: %w", d.Value, shown(d.Source), err)
	}
	server, err := s.dial(d.Source)
	if err != nil {
		return fail(err)
	}
	first, last := s.steps(d, from, to)
	parts, err := askAll(ctx, server, d, first, last)
	if err != nil {
		return fail(err)
	}
	table, err := history.Merge(parts, from, to, history.Limits{})
	switch {
	case errors.Is(err, capacity.ErrNoData) && missing(table.Summary()) > 0:
		return fail(fmt.Errorf("all of its %d values from %s to %s are NaN or infinite, which is no measurement; correct demand.value: %w",
			missing(table.Summary()), first.Format(time.RFC3339), last.Format(time.RFC3339), capacity.ErrNoData))
	case errors.Is(err, capacity.ErrNoData):
		return fail(fmt.Errorf("it gives no series for the steps from %s to %s; try it in the server's own page, and correct demand.value: %w",
			first.Format(time.RFC3339), last.Format(time.RFC3339), capacity.ErrNoData))
	case err != nil:
		return fail(err)
	}
	return table, nil
}

// steps is the starts of the first and of the last step that lie inside
// [from, to) and have ended.
func (s Source) steps(d capacity.Demand, from, to time.Time) (first, last time.Time) {
	now := time.Now
	if s.Now != nil {
		now = s.Now
	}
	if to.IsZero() || to.After(now()) {
		to = now()
	}
	if from.IsZero() {
		from = to.Add(-d.Window)
	}
	end := d.StepStart(to).UTC()
	return end.Add(-end.Sub(from) / d.Step * d.Step), end.Add(-d.Step)
}

// missing counts the values that are no measurement.
func missing(s history.Summary) int { return s.Counts.Empty + s.Counts.Infinite }

// askAll evaluates the query for the steps that start at first, last and between
// them. A range that is over a limit of the server is asked for in parts, each a
// quarter of it, down to single steps; later ranges are as short.
func askAll(ctx context.Context, server api.API, d capacity.Demand, first, last time.Time) ([]history.Rows, error) {
	var parts []history.Rows
	steps := most
	for at := first; !at.After(last); {
		until := at.Add(time.Duration(steps-1) * d.Step)
		if until.After(last) {
			until = last
		}
		rows, err := ask(ctx, server, d, at, until)
		if l := limitIn(err); l != none {
			if at.Equal(until) {
				return nil, explainLimit(l, err)
			}
			steps = (int(until.Sub(at)/d.Step) + 4) / 4
			continue
		}
		if err != nil {
			return nil, explain(err)
		}
		parts = append(parts, rows)
		at = until.Add(d.Step)
	}
	return parts, nil
}

// ask evaluates the query at the ends of the steps that start at first, last and
// between them.
func ask(ctx context.Context, server api.API, d capacity.Demand, first, last time.Time) (history.Rows, error) {
	query := strings.ReplaceAll(d.Value, "$step", model.Duration(d.Step).String())
	value, warnings, err := server.QueryRange(ctx, query, api.Range{Start: first.Add(d.Step), End: last.Add(d.Step), Step: d.Step})
	if err != nil {
		return history.Rows{}, err
	}
	if err := incomplete(warnings); err != nil {
		return history.Rows{}, err
	}
	series, err := single(value)
	if err != nil {
		return history.Rows{}, err
	}
	points := make([]history.Point, len(series))
	for i, sample := range series {
		points[i] = history.Point{At: sample.Timestamp.Time().Add(-d.Step), Value: finite(float64(sample.Value))}
	}
	return history.Gather("query", points)
}

// incomplete is what a server warns of: some of its answer may be missing.
func incomplete(warnings api.Warnings) error {
	for _, warning := range warnings {
		if !strings.HasPrefix(warning, "PromQL info") {
			return fmt.Errorf("the server answers with a warning, so some of it may be missing: %s", warning)
		}
	}
	return nil
}

// finite is a value, or NaN for an infinite one: a division by zero measures nothing.
func finite(value float64) float64 {
	if math.IsInf(value, 0) {
		return math.NaN()
	}
	return value
}

// single is the one series of an answer, nil if there is none.
func single(value model.Value) ([]model.SamplePair, error) {
	series, ok := value.(model.Matrix)
	switch {
	case !ok:
		return nil, fmt.Errorf("the answer is a %s and not a series over time: %w", value.Type(), capacity.ErrBadData)
	case len(series) > 1:
		return nil, fmt.Errorf("the query gives %d series, such as %s and %s; make one of them, such as by sum(...): %w",
			len(series), series[0].Metric, series[1].Metric, capacity.ErrBadPolicy)
	case len(series) == 0:
		return nil, nil
	case len(series[0].Histograms) > 0:
		return nil, fmt.Errorf("the query gives histograms; make a number of them, such as by histogram_count(...): %w", capacity.ErrBadPolicy)
	}
	return series[0].Values, nil
}
