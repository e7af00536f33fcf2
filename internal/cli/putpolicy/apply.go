package putpolicy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"headroom/activities/policies"
	"headroom/capacity"
	"headroom/internal/cli/session"
	"headroom/policy"
	"headroom/workflows"
)

// One puts a policy in force if it is not yet, says so, and returns its hash: whatever
// the workers do after that follows from it. It returns ErrRefused if the policy in force
// does not let the caller replace it.
func One(ctx context.Context, s session.Session, stderr io.Writer, p capacity.Policy, by, why string) (policies.PutResult, error) {
	_, hash, err := p.Encode()
	if err != nil {
		return policies.PutResult{}, err
	}
	now, _, err := policies.Current(ctx, s.Store, p.Service)
	if err == nil && now.Hash == hash || err != nil && !errors.Is(err, capacity.ErrNotFound) {
		return policies.PutResult{Hash: hash, Before: now.Hash}, err
	}
	if err := session.Speaker(&by); err != nil {
		return policies.PutResult{}, err
	}
	var out policies.PutResult
	token, err := s.Token(workflows.PolicyID(p.Service), "ApplyPolicy")
	if err != nil {
		return out, err
	}
	in := policies.PutInput{Policy: p, By: by, Token: token, Why: why}
	if err := s.Run(ctx, io.Discard, workflows.PolicyID(p.Service), "puts a policy of "+p.Service+" in force", workflows.ApplyPolicy, in, &out); err != nil {
		return out, err
	}
	if out.Changed {
		fmt.Fprintf(stderr, "%s\n", applied(p.Service, out))
	}
	return out, nil
}

// applied says which policy is in force now.
func applied(service string, r policies.PutResult) string {
	switch {
	case !r.Changed:
		return fmt.Sprintf("policy of %s: %.12s is in force already", service, r.Hash)
	case r.Before == "":
		return fmt.Sprintf("policy of %s: %.12s is in force now, the first", service, r.Hash)
	}
	return fmt.Sprintf("policy of %s: %.12s is in force now, in place of %.12s: %s", service, r.Hash, r.Before, strings.Join(r.Keys, ", "))
}

// compared says what Apply would change about a policy, and asks no worker.
func compared(ctx context.Context, store capacity.Store, p capacity.Policy) (policies.PutResult, error) {
	_, hash, err := p.Encode()
	if err != nil {
		return policies.PutResult{}, err
	}
	out := policies.PutResult{Hash: hash}
	now, _, err := policies.Current(ctx, store, p.Service)
	if errors.Is(err, capacity.ErrNotFound) {
		out.Changed = true
		return out, nil
	}
	if err != nil {
		return out, err
	}
	out.Before, out.Changed = now.Hash, now.Hash != hash
	before, err := policies.Read(ctx, store, p.Service, now.Hash)
	if err != nil {
		return out, err
	}
	out.Keys, err = policy.Changes(before, p)
	return out, err
}

// would says which policy would be in force.
func would(service string, r policies.PutResult) string {
	switch {
	case !r.Changed:
		return fmt.Sprintf("policy of %s: %.12s is in force already", service, r.Hash)
	case r.Before == "":
		return fmt.Sprintf("policy of %s: %.12s would be the first in force", service, r.Hash)
	}
	return fmt.Sprintf("policy of %s: %.12s would be in force in place of %.12s: %s", service, r.Hash, r.Before, strings.Join(r.Keys, ", "))
}

// appliedAtOnce is how many policies are compared and put in force at a time.
const appliedAtOnce = 16

// All is One for many policies. It goes on past one that is refused; the error
// joins all that were.
func All(ctx context.Context, s session.Session, stderr io.Writer, all []capacity.Policy, by, why string) ([]policies.PutResult, error) {
	results, failed := make([]policies.PutResult, len(all)), make([]error, len(all))
	free := make(chan struct{}, appliedAtOnce)
	var running sync.WaitGroup
	for i, p := range all {
		free <- struct{}{}
		running.Go(func() {
			defer func() { <-free }()
			results[i], failed[i] = One(ctx, s, stderr, p, by, why)
		})
	}
	running.Wait()
	return results, errors.Join(failed...)
}
