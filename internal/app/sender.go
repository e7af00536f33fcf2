package app

import (
	"context"
	"crypto/rand"
	"time"

	"go.temporal.io/sdk/activity"

	"headroom/capacity"
	"headroom/internal/proof"
)

// provenFor is how long the proof of a request counts: long enough for an admission that
// is tried again, and for workers whose clocks differ.
const provenFor = 10 * time.Minute

// sender is the ID of the workflow whose activity runs, in whose name requests are made.
func sender(ctx context.Context) string { return activity.GetInfo(ctx).WorkflowExecution.ID }

// prove signs that the workflow whose activity runs makes a request. Without a key the
// proof is empty.
func prove(ctx context.Context, keys proof.Keys, r proof.Request) (string, error) {
	run := activity.GetInfo(ctx).WorkflowExecution
	return keys.Sign(proof.Sender{Workflow: run.ID, Run: run.RunID, Expires: time.Now().Add(provenFor)}, r)
}

// request is what a proof of an order to a service's conductor covers. The update gets an
// ID of its own: whoever sends a copy of it sends an update that Temporal knows already.
func request(service string, may capacity.Permission, order any) proof.Request {
	return proof.Request{ID: rand.Text(), Service: service, Operation: string(may), Order: order}
}
