package execution

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"headroom/activities/failure"
	"headroom/capacity"
	"headroom/executor"
	"headroom/history"
	"headroom/pipeline"
	"headroom/planner/reactive"
)

// ReactInput asks what the floor of a policy of one pool wants at the load that
// was measured last.
type ReactInput struct {
	Policy capacity.Policy
	Now    time.Time
	Units  capacity.Units  // that the pool is asked for
	Memory reactive.Memory // of the last answer
}

// Fresh is how long a measurement tells what the load is now.
const Fresh = pipeline.Fresh

// React reads the newest load of the policy's source, and asks the strategies of
// the floor. A source that holds nothing fresh is no error. Its errors are those
// of [history.Source].
func (a *Execution) React(ctx context.Context, in ReactInput) (out executor.FloorResult, err error) {
	defer failure.Cross(&err)
	d := in.Policy.Demand
	out.Memory = in.Memory
	source, err := a.Sources(d.Source)
	if err != nil {
		return out, err
	}
	t, err := source.Fetch(ctx, d, in.Now.Add(-Fresh-2*d.Step), in.Now)
	var s capacity.Series
	if err == nil {
		defer t.Release()
		s, _, err = history.ToSeries(t, d)
	}
	if err != nil && !errors.Is(err, capacity.ErrNoData) {
		return out, err
	}
	load, at := pipeline.NewestLoad(s, in.Now)
	if math.IsNaN(load) {
		return out, nil
	}
	a.Records.ShowLoad(in.Policy, s, in.Now)
	pool, rate := in.Policy.Pools[0], d.Rate(load)
	m := reactive.Measurement{At: in.Now, Load: rate, UnitRate: pool.UnitRate, Units: in.Units, Serving: in.Units}
	out.Units, out.Memory = reactive.Floor(in.Policy.Control.Floor, m, pool.Max, in.Memory)
	out.Measured = at
	unit := ""
	if d.Aggregate == capacity.Sum {
		unit = "/s"
	}
	out.Why = fmt.Sprintf("the floor asks for %d at a load of %s%s, measured at %s", out.Units, capacity.Figure(rate), unit, at.Format(time.RFC3339))
	return out, nil
}
