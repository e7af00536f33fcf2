package activities

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"headroom/audit"
	"headroom/capacity"
)

// WitnessInput is a decision that a workflow came to, or heard of.
type WitnessInput struct {
	Record audit.Record
	Notify capacity.Notify // who wants to hear of it
}

// Witness appends a decision to the service's audit, and tells who asked to hear
// of it. A repeat changes nothing. The targets of a service that is retired belong to
// it no longer once that is recorded.
func (a *Activities) Witness(ctx context.Context, in WitnessInput) (err error) {
	defer cross(&err)
	if err := a.witness(ctx, in.Record, in.Notify, a.notices(in.Record)...); err != nil || in.Record.Kind != audit.Retired {
		return err
	}
	return a.releaseTargets(ctx, in.Record.Service)
}

// witness appends a decision to the service's audit, and sends notices of it.
func (a *Activities) witness(ctx context.Context, r audit.Record, to capacity.Notify, notices ...capacity.Notice) error {
	head, err := audit.Append(ctx, a.Store, r)
	if err != nil {
		return err
	}
	for _, n := range notices {
		n.Service, n.At, n.Plan, n.Audit = r.Service, r.At, r.Plan, head.Newest.SHA256
		a.notify(ctx, to, n)
	}
	return nil
}

// FailedRecord says that a service could not be planned or retrained, for the audit.
// The run names the attempt.
func FailedRecord(what, run, why, failure string, at time.Time) audit.Record {
	text := "no new plan came into force: " + failure + "; the plan before stays in force, and when it ends the most units of its last day are kept"
	if what == FailedRetrain {
		text = "the models were not retrained: " + failure + "; the model before stays in use"
	}
	return audit.Record{ID: "failed/" + what + "/" + run, At: at, Kind: audit.Failed, Why: why, Text: text}
}

// What may fail, in a FailedRecord.
const (
	FailedPlan    = "plan"
	FailedRetrain = "retrain"
)

// facts is what a record rests on.
func facts(v any) (json.RawMessage, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode what was decided on: %w", err)
	}
	return data, nil
}

// fingerprint is the SHA-256 of what v is written as.
func fingerprint(v any) (string, error) {
	data, err := facts(v)
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), err
}
