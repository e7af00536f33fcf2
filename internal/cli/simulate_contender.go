package cli

import (
	"context"

	"headroom/simulate"
)

// A contender is what one policy did.
type contender struct {
	Policy    string
	Foresight bool           // knows the load to come: a bound, and no choice
	Reach     simulate.Reach // of the share
	Cost      *float64       // at the share; nil: no knob keeps it
	Excess    *float64       // of cost over the oracle's, as a share
	Chosen    *simulate.Score
	Promise   *promise // nil: an oracle, or no knob kept the share in training
	Curve     simulate.Curve
	policy    simulate.Policy
}

// A promise is what a policy delivers with a knob that was chosen before.
type promise struct {
	Setting   float64
	Trained   float64 // share of the time in which capacity was missing in training
	Delivered float64 // the same in the tested part
	Cost      float64 // of the tested part
	Kept      bool
}

// play sweeps the policy's knob, and sees what it delivers with the knob that
// could be chosen before.
func (c *contender) play(ctx context.Context, tested, training *simulate.Simulation, share float64) error {
	if !c.Foresight {
		if err := c.keep(ctx, tested, training, share); err != nil {
			return err
		}
	}
	scores, err := tested.Sweep(ctx, c.policy)
	if err != nil {
		return err
	}
	if bounds := (c.policy.Name() == fairOracle || c.policy.Name() == instantOracle); bounds {
		corners, err := tested.Bound(ctx, c.policy, share)
		if err != nil {
			return err
		}
		scores = append(scores, corners...)
	}
	c.Curve, c.Chosen = simulate.Hull(scores), cheapest(scores, share)
	cost, reach := c.Curve.CostAt(share)
	if c.Reach = reach; reach != simulate.Stricter {
		c.Cost = &cost
	}
	return nil
}

// keep chooses a knob before the tested part begins: by what it gave in
// training, but where the knob is the promise itself, that.
func (c *contender) keep(ctx context.Context, tested, training *simulate.Simulation, share float64) error {
	scores, err := training.Sweep(ctx, c.policy)
	if err != nil {
		return err
	}
	learnt := cheapest(scores, share)
	if ours, ok := c.policy.(simulate.Nowcasting); ok && ours.Worth == 0 {
		run, err := training.Run(ctx, c.policy.With(share))
		if err != nil {
			return err
		}
		score := run.Score()
		learnt = &score
	}
	if learnt == nil {
		return nil
	}
	run, err := tested.Run(ctx, c.policy.With(learnt.Setting))
	if err != nil {
		return err
	}
	got := run.Score()
	c.Promise = &promise{Setting: learnt.Setting, Trained: learnt.Share, Delivered: got.Share, Cost: got.Cost, Kept: got.Share <= share}
	return nil
}

// cheapest is the cheapest of the scores that keep the share; nil if none does.
func cheapest(scores []simulate.Score, share float64) *simulate.Score {
	var best *simulate.Score
	for i, s := range scores {
		if s.Share <= share && (best == nil || s.Cost < best.Cost) {
			best = &scores[i]
		}
	}
	return best
}
