package backtest

import (
	"context"
	"fmt"
	"math"

	"headroom/capacity"
)

// Recent is what fitted, which learnt from the first trained steps of s, would
// have forecast since, and what was measured: the origins for
// [Calibration.Adapt]. They go back three horizons at most, the last 64 steps
// one by one and those before ever farther apart. The model learns nothing on
// the way. Origins at which it refuses are left out. The errors are the context's and whatever else the
// model returns.
func Recent(ctx context.Context, fitted capacity.Fitted, s capacity.Series, trained, horizon int) ([]Origin, error) {
	var back []int
	for n := 1; n <= min(3*horizon, s.Len()-max(trained, 1)); n += max(1, n/32) {
		back = append(back, n)
	}
	var recent []Origin
	for i := len(back) - 1; i >= 0; i-- {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		at := s.Len() - back[i]
		h := min(horizon, back[i])
		past := s.Slice(0, at)
		past.Values = past.Values[:at:at] // what follows is out of reach even by reslicing
		point, err := fitted.Predict(ctx, past, h)
		if refused(err) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("forecast again from step %d: %w", at, err)
		}
		if len(point) != h {
			return nil, fmt.Errorf("forecast again from step %d: got %s, want %d: %w", at, capacity.Count(len(point), "step"), h, capacity.ErrNotForecastable)
		}
		o := Origin{Train: at}
		for t, v := range s.Values[at : at+h] {
			if !math.IsNaN(v) {
				o.Steps, o.Point, o.Actual = append(o.Steps, t), append(o.Point, point[t]), append(o.Actual, v)
			}
		}
		recent = append(recent, o)
	}
	return recent, nil
}
