// Package oversight records decisions and sends notices.
package oversight

import (
	"context"

	"headroom/activities/execution"
	"headroom/activities/failure"
	"headroom/activities/policies"
	"headroom/activities/records"
	"headroom/audit"
	"headroom/capacity"
)

// Oversight keeps the audit and posts notices.
type Oversight struct {
	Records  records.Records
	Policies policies.Policies
	Poster   Poster // nil: no notices
}

// WitnessInput is a decision that a workflow came to, or heard of.
type WitnessInput struct {
	Record audit.Record
	Notify capacity.Notify // who wants to hear of it
}

// Witness appends a decision to the service's audit, and tells who asked to hear
// of it. A repeat changes nothing. The targets of a service that is retired belong to
// it no longer once that is recorded.
func (a *Oversight) Witness(ctx context.Context, in WitnessInput) (err error) {
	defer failure.Cross(&err)
	if err := a.Records.Append(ctx, in.Record, in.Notify, a.Records.Notices(in.Record)...); err != nil || in.Record.Kind != audit.Retired {
		return err
	}
	return execution.ReleaseTargets(ctx, a.Records, in.Record.Service)
}
