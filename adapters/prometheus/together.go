package prometheus

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	api "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"

	"headroom/capacity"
	"headroom/history"
)

const (
	askLabel = "headroom_ask" // says which query of several a series answers
	atOnce   = 50             // most queries in one
)

// FetchTogether is Fetch for each of asks, which all name the same server. Queries with
// one step are sent as one, so that hundreds of services cost a few calls a minute. A
// query that the server cannot carry out is no error of the others.
func (s Source) FetchTogether(ctx context.Context, asks []history.Ask) []history.Got {
	got := make([]history.Got, len(asks))
	byStep := map[time.Duration][]int{}
	var steps []time.Duration
	for i, ask := range asks {
		if byStep[ask.Demand.Step] == nil {
			steps = append(steps, ask.Demand.Step)
		}
		byStep[ask.Demand.Step] = append(byStep[ask.Demand.Step], i)
	}
	for _, step := range steps {
		these := byStep[step]
		for len(these) > 0 {
			n := min(atOnce, len(these))
			s.together(ctx, asks, these[:n], got)
			these = these[n:]
		}
	}
	return got
}

// together fetches some of the asks by one query, or, if the server refuses that, by one
// for each half of them.
func (s Source) together(ctx context.Context, asks []history.Ask, these []int, got []history.Got) {
	if len(these) == 1 {
		ask, i := asks[these[0]], these[0]
		got[i].Table, got[i].Err = s.Fetch(ctx, ask.Demand, ask.From, ask.To)
		return
	}
	rows, err := s.combined(ctx, asks, these)
	var answer *api.Error
	switch {
	case err == nil:
		for k, i := range these {
			got[i] = rows[k]
		}
	case errors.As(err, &answer) && (answer.Type == api.ErrBadData || answer.Type == api.ErrExec) || limitIn(err) != none || errors.Is(err, capacity.ErrBadPolicy):
		s.together(ctx, asks, these[:len(these)/2], got)
		s.together(ctx, asks, these[len(these)/2:], got)
	default:
		for _, i := range these {
			got[i].Err = fmt.Errorf("fetch %d queries from %q: %w", len(these), shown(asks[i].Demand.Source), explain(err))
		}
	}
}

// combined is the answers to several queries of one step that are sent as one.
func (s Source) combined(ctx context.Context, asks []history.Ask, these []int) ([]history.Got, error) {
	d := asks[these[0]].Demand
	server, err := s.dial(d.Source)
	if err != nil {
		return nil, err
	}
	var from, to time.Time
	var parts []string
	for k, i := range these {
		ask := asks[i]
		if k == 0 || ask.From.Before(from) {
			from = ask.From
		}
		if ask.To.After(to) {
			to = ask.To
		}
		query := strings.ReplaceAll(ask.Demand.Value, "$step", model.Duration(d.Step).String())
		// A line of its own ends a comment.
		parts = append(parts, fmt.Sprintf("label_replace((\n%s\n), %q, %q, \"\", \"\")", query, askLabel, strconv.Itoa(k)))
	}
	first, last := s.steps(d, from, to)
	value, warnings, err := server.QueryRange(ctx, strings.Join(parts, "\nor\n"), api.Range{Start: first.Add(d.Step), End: last.Add(d.Step), Step: d.Step})
	if err != nil {
		return nil, err
	}
	if err := incomplete(warnings); err != nil {
		return nil, fmt.Errorf("%w: %w", err, capacity.ErrBadPolicy) // of which query it is comes out by itself
	}
	series, ok := value.(model.Matrix)
	if !ok {
		return nil, fmt.Errorf("the answer is a %s and not a series over time: %w", value.Type(), capacity.ErrBadPolicy)
	}
	return divide(series, d.Step, asks, these)
}

// divide gives each ask its series. A query that gives several, or histograms, is
// ErrBadPolicy: asked by itself it gets an error of its own.
func divide(series model.Matrix, step time.Duration, asks []history.Ask, these []int) ([]history.Got, error) {
	points := make([][]history.Point, len(these))
	for _, one := range series {
		k, err := strconv.Atoi(string(one.Metric[askLabel]))
		if err != nil || k < 0 || k >= len(these) || points[k] != nil || len(one.Histograms) > 0 {
			return nil, fmt.Errorf("a query gives not one series: %w", capacity.ErrBadPolicy)
		}
		points[k] = []history.Point{}
		for _, sample := range one.Values {
			points[k] = append(points[k], history.Point{At: sample.Timestamp.Time().Add(-step), Value: finite(float64(sample.Value))})
		}
	}
	all := make([]history.Got, len(these))
	for k, i := range these {
		rows, err := history.Gather("query", points[k])
		if err == nil {
			all[k].Table, err = history.Merge([]history.Rows{rows}, asks[i].From, asks[i].To, history.Limits{})
		}
		all[k].Err = err
	}
	return all, nil
}
