package blend

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"headroom/capacity"
)

// version is that of the stored form: raise it whenever a field's meaning
// changes.
const version = 1

type fitted struct {
	name    string
	trim    float64
	weights Weights
	names   []string
	members []capacity.Fitted
}

type stored struct {
	Model   string
	Version int
	Weights Weights
	Members map[string]json.RawMessage // JSON sorts the names
}

// Predict implements [capacity.Fitted].
func (f fitted) Predict(ctx context.Context, s capacity.Series, h int) ([]float64, error) {
	points := make(map[string][]float64, len(f.members))
	var refusals []error
	for i, member := range f.members {
		point, err := member.Predict(ctx, s, h)
		switch {
		case err == nil:
			points[f.names[i]] = point
		case errors.Is(err, capacity.ErrTooShort), errors.Is(err, capacity.ErrNotForecastable):
			refusals = append(refusals, err)
		default:
			return nil, err
		}
	}
	if len(points) == 0 {
		return nil, fmt.Errorf("model %q: no member has a forecast: %w", f.name, errors.Join(refusals...))
	}
	steps := make([]int, max(0, h))
	for t := range steps {
		steps[t] = t
	}
	return combine(f.weights, f.trim, f.names, points, steps), nil
}

// PointAt blends what members say of the given steps of the horizon. Members
// without a point are left out; there must be one.
func (m Model) PointAt(steps []int, points map[string][]float64) []float64 {
	var names []string
	for _, member := range m.Members {
		names = append(names, member.Name())
	}
	return combine(m.Weights, m.Trim, names, points, steps)
}

// combine is the trimmed mean by weight, at each of the given steps of the
// horizon, of which the points tell one each. Where no member that is
// left has a say, all have the same.
func combine(w Weights, trim float64, names []string, points map[string][]float64, steps []int) []float64 {
	var said [][]float64
	var place []int // among the weights, -1 if unknown
	for _, name := range names {
		if point, found := points[name]; found {
			said, place = append(said, point), append(place, slices.Index(w.Members, name))
		}
	}
	out := make([]float64, len(steps))
	votes := make([]vote, 0, len(said))
	for t, step := range steps {
		votes = votes[:0]
		shares := w.at(step)
		for i, point := range said {
			weight := 1.0
			if shares != nil {
				weight = 0
				if place[i] >= 0 {
					weight = shares[place[i]]
				}
			}
			if weight > 0 {
				votes = append(votes, vote{point[t], weight})
			}
		}
		if len(votes) == 0 {
			for _, point := range said {
				votes = append(votes, vote{point[t], 1})
			}
		}
		out[t] = trimmed(votes, trim)
	}
	return out
}

// Update implements [capacity.Updater]: the members learn that can, and the
// others stay as they are, as does one whose update cannot be used. The weights
// stay.
func (f fitted) Update(ctx context.Context, s capacity.Series, seen int) (capacity.Fitted, error) {
	f.members = slices.Clone(f.members)
	for i, member := range f.members {
		learner, ok := member.(capacity.Updater)
		if !ok {
			continue
		}
		updated, err := learner.Update(ctx, s, seen)
		switch {
		case err == nil:
			f.members[i] = updated
		case !errors.Is(err, capacity.ErrNotForecastable):
			return nil, fmt.Errorf("update member %q of %q: %w", f.names[i], f.name, err)
		}
	}
	return f, nil
}

// MarshalBinary implements [capacity.Fitted].
func (f fitted) MarshalBinary() ([]byte, error) {
	kept := stored{Model: f.name, Version: version, Weights: f.weights, Members: map[string]json.RawMessage{}}
	for i, member := range f.members {
		data, err := member.MarshalBinary()
		if err != nil {
			return nil, fmt.Errorf("marshal member %q of %q: %w", f.names[i], f.name, err)
		}
		kept.Members[f.names[i]] = data
	}
	return json.Marshal(kept)
}
