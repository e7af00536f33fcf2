package simulate

import (
	"context"

	"headroom/simulate"
)

// A contender is what one policy did.
type contender struct {
	Policy    string
	Foresight bool // knows the load to come: a bound, and no choice
	// What it costs with capacity missing in exactly the share of the time, which
	// is how policies are compared. Between two settings it is their mixture.
	CostAtShare *float64       // nil: no setting keeps the share
	Excess      *float64       // of that cost over the oracle's, as a part of it
	Reach       simulate.Reach // of the share
	// Run is one run: of the cheapest setting that keeps the share.
	Run    *simulate.Score
	SLO    *outcome       // nil: an oracle, or no setting kept the share in training
	Curve  simulate.Curve // of all settings
	policy simulate.Policy
}

// An outcome is what a policy delivers with a setting that was chosen before.
type outcome struct {
	Setting   float64
	Trained   float64 // share of the time in which capacity was missing in training
	Delivered float64 // the same in the tested part
	Cost      float64 // of the tested part
	Met       bool
}

// play sweeps the policy's setting, and sees what it delivers with the setting
// that could be chosen before.
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
	exact := c.Policy == fairOracle || c.Policy == instantOracle
	if exact {
		corners, err := tested.Bound(ctx, c.policy, share)
		if err != nil {
			return err
		}
		scores = append(scores, corners...)
	}
	c.Curve, c.Run = simulate.Hull(scores), cheapest(scores, share)
	cost, reach := c.Curve.CostAt(share)
	if exact && reach == simulate.Looser {
		reach = simulate.Within // nothing that was not tried is cheaper
	}
	if c.Reach = reach; reach != simulate.Stricter {
		c.CostAtShare = &cost
	}
	return nil
}

// keep chooses a setting before the tested part begins: by what it gave in
// training, but where the setting is the share itself, that.
func (c *contender) keep(ctx context.Context, tested, training *simulate.Simulation, share float64) error {
	scores, err := training.Sweep(ctx, c.policy)
	if err != nil {
		return err
	}
	learnt := cheapest(scores, share)
	if _, ok := c.policy.(simulate.Nowcasting); ok {
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
	c.SLO = &outcome{Setting: learnt.Setting, Trained: learnt.Share, Delivered: got.Share, Cost: got.Cost, Met: got.Share <= share}
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
