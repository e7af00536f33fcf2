package models

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"headroom/capacity"
)

// median takes, step by step, the median of what its members say, so that no
// single one can spoil a forecast. Petropoulos and Svetunkov (International
// Journal of Forecasting 36, 2020, 110-115) combined simple models so in M4.
// A member that refuses is left out.
type median struct {
	members []capacity.Model
}

// Name implements [capacity.Model].
func (median) Name() string { return "median" }

// Fit implements [capacity.Model]. It needs three members that can be fitted.
func (m median) Fit(ctx context.Context, s capacity.Series) (capacity.Fitted, error) {
	if err := ready(ctx, m.Name(), s, 1); err != nil {
		return nil, err
	}
	f := medianFitted{header: header{m.Name(), version, s.Step}}
	var refusals []error
	for _, member := range m.members {
		fitted, err := member.Fit(ctx, s)
		switch {
		case err == nil:
			f.names, f.members = append(f.names, member.Name()), append(f.members, fitted)
		case errors.Is(err, capacity.ErrTooShort), errors.Is(err, capacity.ErrNotForecastable):
			refusals = append(refusals, err)
		default:
			return nil, err
		}
	}
	if len(f.members) < 3 {
		return nil, fmt.Errorf("model %q: only %d of its members can be fitted: %w", m.Name(), len(f.members), errors.Join(refusals...))
	}
	return f, nil
}

// Load implements [capacity.Model].
func (m median) Load(data []byte) (capacity.Fitted, error) {
	var kept medianStored
	if err := decode(data, m.Name(), &kept.header, &kept); err != nil {
		return nil, err
	}
	f := medianFitted{header: kept.header}
	for _, member := range m.members {
		raw, found := kept.Members[member.Name()]
		if !found {
			continue
		}
		fitted, err := member.Load(raw)
		if err != nil {
			return nil, fmt.Errorf("load model %q: %w", m.Name(), err)
		}
		f.names, f.members = append(f.names, member.Name()), append(f.members, fitted)
	}
	if len(f.members) == 0 || len(f.members) != len(kept.Members) {
		return nil, bad(m.Name(), "it has members that this version does not know")
	}
	return f, nil
}

type medianFitted struct {
	header
	names   []string
	members []capacity.Fitted
}

type medianStored struct {
	header
	Members map[string]json.RawMessage // JSON sorts the names
}

// Predict implements [capacity.Fitted].
func (f medianFitted) Predict(ctx context.Context, s capacity.Series, h int) ([]float64, error) {
	if err := continues(ctx, f.header, s, 1); err != nil {
		return nil, err
	}
	var points [][]float64
	var refusals []error
	for _, member := range f.members {
		point, err := member.Predict(ctx, s, h)
		switch {
		case err == nil:
			points = append(points, point)
		case errors.Is(err, capacity.ErrTooShort), errors.Is(err, capacity.ErrNotForecastable):
			refusals = append(refusals, err)
		default:
			return nil, err
		}
	}
	if len(points) == 0 {
		return nil, fmt.Errorf("model %q: no member has a forecast: %w", f.Model, errors.Join(refusals...))
	}
	at := make([]float64, len(points))
	median := make([]float64, max(0, h))
	for t := range median {
		for k := range points {
			at[k] = points[k][t]
		}
		slices.Sort(at)
		n := len(at)
		median[t] = at[(n-1)/2]/2 + at[n/2]/2
	}
	return median, nil
}

// MarshalBinary implements [capacity.Fitted].
func (f medianFitted) MarshalBinary() ([]byte, error) {
	kept := medianStored{header: f.header, Members: map[string]json.RawMessage{}}
	for i, member := range f.members {
		data, err := member.MarshalBinary()
		if err != nil {
			return nil, fmt.Errorf("marshal member %q of %q: %w", f.names[i], f.Model, err)
		}
		kept.Members[f.names[i]] = data
	}
	return json.Marshal(kept)
}
