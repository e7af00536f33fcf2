package execution

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"headroom/activities/records"
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

// ClaimTargets makes the policy's targets those of its service, and gives those up that are no longer in the policy. It returns ErrRefused,
// and claims none, if one belongs to another service.
func ClaimTargets(ctx context.Context, r records.Records, c Conductor, in HandOverInput) error {
	now := r.Now()
	var claimed, own []capacity.TargetName
	for _, pool := range in.Policy.Pools {
		made, err := claimTarget(ctx, r, c, pool.Target, Claim{pool.Target.Identity(), in.Service, now, now})
		if err != nil {
			return errors.Join(err, releaseEach(ctx, r, in.Service, claimed))
		}
		if made {
			claimed = append(claimed, pool.Target)
		}
		own = append(own, pool.Target)
	}
	return keepOwn(ctx, r, in.Service, own)
}

// claimTarget claims one target. made is false if it was the service's already.
func claimTarget(ctx context.Context, r records.Records, conductor Conductor, target capacity.TargetName, c Claim) (made bool, err error) {
	key := capacity.TargetKey(target)
	for try := 1; ; try++ {
		held, version, err := records.Read[Claim](ctx, r, c.Service, key)
		if err != nil {
			return false, err
		}
		made = held.Service != c.Service
		if made && held.Service != "" {
			inForce, err := inForce(ctx, conductor, held, c.Renewed)
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
		if err = r.Store.Swap(ctx, key, data, version); !errors.Is(err, capacity.ErrConflict) || try == records.Tries {
			return made, err
		}
	}
}

// inForce reports whether a service still scales the target that it has claimed.
func inForce(ctx context.Context, conductor Conductor, c Claim, now time.Time) (bool, error) {
	if now.Before(c.Renewed.Add(starts)) {
		return true, nil
	}
	return conductor.Running(ctx, c.Service)
}

// keepOwn notes which targets belong to a service, and gives the others up that did.
func keepOwn(ctx context.Context, r records.Records, service string, own []capacity.TargetName) error {
	key := capacity.OwnTargetsKey(service)
	before, version, err := records.Read[[]capacity.TargetName](ctx, r, service, key)
	if err != nil || slices.Equal(before, own) {
		return err
	}
	gone := slices.DeleteFunc(slices.Clone(before), func(t capacity.TargetName) bool {
		return slices.ContainsFunc(own, func(o capacity.TargetName) bool { return o.Identity() == t.Identity() })
	})
	if err := releaseEach(ctx, r, service, gone); err != nil {
		return err
	}
	data, err := json.Marshal(own)
	if err != nil {
		return fmt.Errorf("encode %q: %w", key, err)
	}
	return r.Store.Swap(ctx, key, data, version)
}

// ReleaseTargets gives up all targets of a service that is retired.
func ReleaseTargets(ctx context.Context, r records.Records, service string) error {
	return keepOwn(ctx, r, service, []capacity.TargetName{})
}

// releaseEach gives targets up that are a service's.
func releaseEach(ctx context.Context, r records.Records, service string, targets []capacity.TargetName) error {
	for _, target := range targets {
		key := capacity.TargetKey(target)
		held, version, err := records.Read[Claim](ctx, r, service, key)
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
		if err := r.Store.Swap(ctx, key, data, version); err != nil && !errors.Is(err, capacity.ErrConflict) {
			return err
		}
	}
	return nil
}
