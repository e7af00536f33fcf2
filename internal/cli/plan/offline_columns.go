package plan

import (
	"context"
	"path/filepath"

	"headroom/capacity"
	"headroom/history"
	"headroom/pipeline"
)

// learn learns the unit rates of policy p from the columns of the history beside its
// load. Of lead times nothing is measured where nothing was carried out.
func (x offlineInputs) learn(ctx context.Context, files history.Source, p capacity.Policy, path string) (offlineInputs, error) {
	in := pipeline.LearnInput{Policy: p, Now: x.now, Load: x.history, Columns: map[string]pipeline.Column{}}
	for _, name := range pipeline.LearntColumns(p) {
		var column pipeline.Column
		column.Series, column.Unread = x.column(ctx, files, pipeline.ColumnDemand(p, name), path)
		in.Columns[name] = column
	}
	var err error
	x.asked = p
	x.learned, err = pipeline.ApplyLearnedValues(in)
	return x, err
}

// column reads one column of the history, for the time of its load.
func (x offlineInputs) column(ctx context.Context, files history.Source, d capacity.Demand, path string) (capacity.Series, error) {
	var err error
	if d.Source, err = filepath.Abs(path); err != nil {
		return capacity.Series{}, err
	}
	t, err := files.Fetch(ctx, d, x.history.Start, x.history.End())
	if err != nil {
		return capacity.Series{}, err
	}
	defer t.Release()
	s, _, err := history.ToSeries(t, d)
	return s, err
}
