package models

import (
	"context"
	"encoding/json"
	"time"

	"headroom/capacity"
)

// oneDay is the step at which a panel has dates in common.
const oneDay = 24 * time.Hour

// inCommon is a model that forecasts what a series of a panel has for itself;
// what the panel has in common on each date is divided out and put back.
type inCommon struct {
	own   capacity.Model
	panel *panel
}

// Name implements [capacity.Model].
func (m inCommon) Name() string { return m.own.Name() }

// Fit implements [capacity.Model].
func (m inCommon) Fit(ctx context.Context, s capacity.Series) (capacity.Fitted, error) {
	if err := ready(ctx, m.Name(), s, 1); err != nil {
		return nil, err
	}
	f := inCommonFitted{header: header{m.Name(), version, s.Step}}
	if s.Step == oneDay {
		f.Days = m.panel.common(s.End())
	}
	own, err := m.own.Fit(ctx, f.Days.without(s))
	if err != nil {
		return nil, err
	}
	f.own = own
	return f, nil
}

// Load implements [capacity.Model].
func (m inCommon) Load(data []byte) (capacity.Fitted, error) {
	var f inCommonFitted
	if err := decode(data, m.Name(), &f.header, &f); err != nil {
		return nil, err
	}
	if !f.Days.usable() {
		return nil, bad(m.Name(), "what its panel has in common does not fit together, train again")
	}
	own, err := m.own.Load(f.Own)
	if err != nil {
		return nil, err
	}
	f.own, f.Own = own, nil
	return f, nil
}

type inCommonFitted struct {
	header
	Days commonDays
	own  capacity.Fitted
	Own  json.RawMessage // the stored form of own, only while it is stored
}

// Predict implements [capacity.Fitted].
func (f inCommonFitted) Predict(ctx context.Context, s capacity.Series, h int) ([]float64, error) {
	if err := continues(ctx, f.header, s, 1); err != nil {
		return nil, err
	}
	point, err := f.own.Predict(ctx, f.Days.without(s), h)
	if err != nil {
		return nil, err
	}
	f.Days.with(s, point)
	return point, nil
}

// MarshalBinary implements [capacity.Fitted].
func (f inCommonFitted) MarshalBinary() ([]byte, error) {
	own, err := f.own.MarshalBinary()
	if err != nil {
		return nil, err
	}
	f.Own = own
	return json.Marshal(f)
}
