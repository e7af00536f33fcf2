package execution

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"headroom/activities/policies"
	"headroom/activities/records"
	"headroom/capacity"
	"headroom/executor"
	"headroom/pipeline"
)

// mayCarryOut reads the policy in force, and who let a plan be carried out. Nothing that
// the caller says of the plan counts but where it is.
func (a *Execution) mayCarryOut(ctx context.Context, in LoadInput, stored pipeline.StoredPlan) (out executor.PlanLoaded, err error) {
	id := in.Plan.ID
	if stored.Plan.Service != in.Service || stored.Plan.ID != id || !strings.HasPrefix(in.Plan.Ref.Key, capacity.PlanKey(in.Service, id, "")) {
		return out, fmt.Errorf("%q is not plan %s of %s: %w", in.Plan.Ref.Key, id, in.Service, capacity.ErrBadData)
	}
	if !stored.Plan.Made.Equal(in.Plan.Now) || !stored.Plan.End().Equal(in.Plan.End) {
		return out, fmt.Errorf("plan %s was made for other times than it is offered with: %w", id, capacity.ErrBadData)
	}
	now, _, err := policies.Settled(ctx, a.Records, in.Service)
	if err != nil {
		return out, err
	}
	if now.Hash != stored.PolicyHash {
		return out, fmt.Errorf("plan %s was made with the policy %.12s of %s, and %.12s is in force: make a new one with `headroom plan %s`: %w", id, stored.PolicyHash, in.Service, now.Hash, in.Service, capacity.ErrRefused)
	}
	if out.Policy, err = policies.Read(ctx, a.Records.Store, in.Service, now.Hash); err != nil {
		return out, err
	}
	gate, why := out.Policy.Control.Gate(stored.Largest(), stored.Extra())
	if gate == capacity.GateClosed {
		return out, fmt.Errorf("plan %s is not carried out: %s: %w", id, why, capacity.ErrRefused)
	}
	decided, err := ReadDecision(ctx, a.Records, in.Service, id)
	switch {
	case err != nil:
		return out, err
	case decided != nil && !decided.Approved:
		return out, fmt.Errorf("plan %s was rejected by %s: %w", id, decided.By, capacity.ErrRefused)
	case decided != nil:
		out.By, out.Why = decided.By, decided.Why
	case gate == capacity.GateApproval:
		return out, fmt.Errorf("nobody has approved plan %s, and %s: %w", id, why, capacity.ErrRefused)
	default:
		out.Why = why
	}
	return out, nil
}

// A Decision is what a person decided on a plan, as it is stored.
type Decision struct {
	Approved bool
	By       string // as verified
	Why      string `json:",omitempty"`
}

// ReadDecision reads what was decided on a plan; nil if nobody has decided.
func ReadDecision(ctx context.Context, r records.Records, service, plan string) (*Decision, error) {
	var d Decision
	err := r.ReadJSON(ctx, capacity.DecisionKey(service, plan), &d)
	if errors.Is(err, capacity.ErrNotFound) {
		return nil, nil //nolint:nilnil // nobody has, which is no error
	}
	return &d, err
}
