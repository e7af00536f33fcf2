package oversight

import (
	"context"
	"time"

	"headroom/activities/failure"
	"headroom/audit"
	"headroom/capacity"
)

// ForgetInput says whose records are let go, and when.
type ForgetInput struct {
	Service string
	Audit   capacity.Audit
	Now     time.Time // on the service's clock
}

// Forget lets records of decisions go that are older than the policy keeps.
func (a *Oversight) Forget(ctx context.Context, in ForgetInput) (out audit.Forgetting, err error) {
	defer failure.Cross(&err)
	return audit.Forget(ctx, a.Records.Store, in.Service, in.Now.Add(-in.Audit.Keep), in.Now)
}
