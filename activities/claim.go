package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"headroom/capacity"
)

// A Claim says which service a target belongs to: the one whose plan was the last
// to be handed over with it. Two services that scale one target would undo each
// other's changes. A claim ends when the target leaves the service's policy and when
// the service is retired; that of a service without a running conductor, such as one
// that was aborted, can be taken over.
type Claim struct {
	Target  string // its identity, see [capacity.TargetName.Identity]
	Service string // empty: it belongs to none
	Since   time.Time
	Renewed time.Time // when a plan was handed over with it last, on the wall clock
}

// starts is how long a conductor may take to start once a plan was handed over: a
// claim that is younger is in force without one.
const starts = 10 * time.Minute

// claimTargets makes the policy's targets those of its service, and gives those up that are no longer in the policy. It returns ErrRefused,
// and claims none, if one belongs to another service.
func (a *Activities) claimTargets(ctx context.Context, in TakeInput) error {
	now := a.Now()
	var claimed, own []capacity.TargetName
	for _, pool := range in.Policy.Pools {
		made, err := a.claimTarget(ctx, pool.Target, Claim{pool.Target.Identity(), in.Service, now, now})
		if err != nil {
			return errors.Join(err, a.releaseEach(ctx, in.Service, claimed))
		}
		if made {
			claimed = append(claimed, pool.Target)
		}
		own = append(own, pool.Target)
	}
	return a.keepOwn(ctx, in.Service, own)
}

// claimTarget claims one target. made is false if it was the service's already.
func (a *Activities) claimTarget(ctx context.Context, target capacity.TargetName, c Claim) (made bool, err error) {
	key := capacity.TargetKey(target)
	for try := 1; ; try++ {
		held, version, err := swapped[Claim](ctx, a, c.Service, key)
		if err != nil {
			return false, err
		}
		made = held.Service != c.Service
		if made && held.Service != "" {
			inForce, err := a.inForce(ctx, held, c.Renewed)
			if err != nil {
				return false, err
			}
			if inForce {
				return false, fmt.Errorf("%s belongs to %q since %s, whose conductor scales it: take it out of one of the two policies and plan that service again, or end the other with `headroom abort %s`, or with `headroom schedules sync DIR` once its policy is removed: %w",
					target, held.Service, held.Since.UTC().Format(time.RFC3339), held.Service, capacity.ErrRefused)
			}
		}
		next := c
		if !made {
			next.Since = held.Since
		}
		data, err := json.Marshal(next)
		if err != nil {
			return false, fmt.Errorf("encode %q: %w", key, err)
		}
		if err = a.Store.Swap(ctx, key, data, version); !errors.Is(err, capacity.ErrConflict) || try == conflicts {
			return made, err
		}
	}
}

// inForce reports whether a service still scales the target that it has claimed.
func (a *Activities) inForce(ctx context.Context, c Claim, now time.Time) (bool, error) {
	if now.Before(c.Renewed.Add(starts)) {
		return true, nil
	}
	return a.Conductor.Running(ctx, c.Service)
}

// keepOwn notes which targets belong to a service, and gives the others up that did.
func (a *Activities) keepOwn(ctx context.Context, service string, own []capacity.TargetName) error {
	key := capacity.OwnTargetsKey(service)
	before, version, err := swapped[[]capacity.TargetName](ctx, a, service, key)
	if err != nil || slices.Equal(before, own) {
		return err
	}
	gone := slices.DeleteFunc(slices.Clone(before), func(t capacity.TargetName) bool {
		return slices.ContainsFunc(own, func(o capacity.TargetName) bool { return o.Identity() == t.Identity() })
	})
	if err := a.releaseEach(ctx, service, gone); err != nil {
		return err
	}
	data, err := json.Marshal(own)
	if err != nil {
		return fmt.Errorf("encode %q: %w", key, err)
	}
	return a.Store.Swap(ctx, key, data, version)
}

// releaseTargets gives up all targets of a service that is retired.
func (a *Activities) releaseTargets(ctx context.Context, service string) error {
	return a.keepOwn(ctx, service, []capacity.TargetName{})
}

// releaseEach gives targets up that are a service's.
func (a *Activities) releaseEach(ctx context.Context, service string, targets []capacity.TargetName) error {
	for _, target := range targets {
		key := capacity.TargetKey(target)
		held, version, err := swapped[Claim](ctx, a, service, key)
		if err != nil {
			return err
		}
		if held.Service != service {
			continue
		}
		data, err := json.Marshal(Claim{Target: held.Target})
		if err != nil {
			return fmt.Errorf("encode %q: %w", key, err)
		}
		if err := a.Store.Swap(ctx, key, data, version); err != nil && !errors.Is(err, capacity.ErrConflict) {
			return err
		}
	}
	return nil
}
