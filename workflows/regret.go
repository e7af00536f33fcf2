package workflows

import (
	"go.temporal.io/sdk/workflow"

	"headroom/activities/lookback"
	"headroom/capacity"
)

// RegretInput says which service to look back at, and on what clock.
type RegretInput struct {
	Caller
	Service string
	// PolicyHash is the policy that the caller knows, which must be in force. Empty:
	// whichever is.
	PolicyHash string `json:",omitempty"`
	Clock      capacity.Clock
	// Window is the time to look back at. Zero: the last whole week.
	Window capacity.Window `json:",omitzero"`
}

// Regret looks back at what was done for a service, and compares it with what
// could have been done.
func Regret(ctx workflow.Context, in RegretInput) (lookback.RegretResult, error) {
	now, caller := in.Clock.Now(workflow.Now(ctx)), in.Caller
	in.Caller = Caller{}
	if err := admitPlan(ctx, in.Service, RegretID(in.Service), "have "+in.Service+" looked back at", now, caller, in); err != nil {
		return lookback.RegretResult{}, err
	}
	if err := stage(ctx, in.Service, "review", "Comparing actual capacity with perfect foresight."); err != nil {
		return lookback.RegretResult{}, err
	}
	policy, err := inForce(ctx, in.Service, in.PolicyHash)
	if err != nil {
		return lookback.RegretResult{}, err
	}
	out, err := do(compute(ctx, "compare actual capacity with perfect foresight"), a.Regret, lookback.RegretInput{Policy: policy.Policy, Now: now, Window: in.Window})
	if err != nil {
		return out, err
	}
	return out, stage(ctx, in.Service, "done", out.Story)
}
