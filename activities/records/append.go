package records

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"headroom/audit"
	"headroom/capacity"
)

// Append appends a decision to the service's audit, and sends notices of it. What people
// wrote stands in the record without control characters, whoever reads it.
func (r Records) Append(ctx context.Context, d audit.Record, to capacity.Notify, notices ...capacity.Notice) error {
	d.By, d.Why, d.Text = capacity.Printable(d.By), capacity.Printable(d.Why), capacity.Printable(d.Text)
	head, err := audit.Append(ctx, r.Store, d)
	if err != nil {
		return err
	}
	for _, n := range notices {
		n.Service, n.At, n.Plan, n.Audit = d.Service, d.At, d.Plan, head.Newest.SHA256
		r.notify(ctx, to, n)
	}
	return nil
}

// InRun is an ID that a caller chose, apart from the same one in another run: otherwise what
// is recorded under it in one would keep the other from being recorded.
func InRun(ctx context.Context, id string) string {
	if !activity.IsActivity(ctx) {
		return id
	}
	return activity.GetInfo(ctx).WorkflowExecution.RunID + "/" + id
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

// Facts is what a record rests on.
func Facts(v any) (json.RawMessage, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode what was decided on: %w", err)
	}
	return data, nil
}

// Fingerprint is the SHA-256 of what v is written as.
func Fingerprint(v any) (string, error) {
	data, err := Facts(v)
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), err
}
