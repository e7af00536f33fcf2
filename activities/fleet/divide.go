// Package fleet retrains, plans or looks back at all services of a fleet: in chunks of
// those that share a source, by the steps of the other packages.
package fleet

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"headroom/activities/execution"
	"headroom/activities/failure"
	"headroom/activities/planning"
	"headroom/activities/records"
	"headroom/activities/retraining"
	"headroom/capacity"
	"headroom/history"
)

// Fleet divides a fleet into chunks and works on them.
type Fleet struct {
	Records    records.Records
	Sources    func(uri string) (history.Source, error)
	Retraining retraining.Retraining
	Planning   planning.Planning
	Execution  execution.Execution
	Conductor  Conductor
}

// A Conductor reaches the workflows that carry out a service's plans.
type Conductor interface {
	// Deliver takes a plan to where its policy says: nowhere, to the conductor, or up for
	// a person's approval. It returns what became of the plan.
	Deliver(ctx context.Context, in DeliverInput) (verdict string, err error)
}

// A Kind says what is done to each service of a fleet.
type Kind string

// The kinds.
const (
	Retrain Kind = "retrain"
	Plan    Kind = "plan"
	Regret  Kind = "regret"
)

// A List is the services of a fleet.
type List struct {
	Policies []capacity.Policy
}

// DivideInput names a list of services, and how many make a chunk.
type DivideInput struct {
	Kind  Kind
	Run   string // names the run whose parts are stored
	List  capacity.Ref
	Chunk int
}

// DivideResult is how many there are.
type DivideResult struct {
	Services, Chunks int
}

// mostShared is how many services that share a source make one chunk, however
// few make one otherwise: the source is read once for each chunk.
const mostShared = 500

// Divide stores the services of a fleet as chunks, in the order of their sources:
// services that share one are together, so that its objects are read once for
// up to 500 of them.
func (a *Fleet) Divide(ctx context.Context, in DivideInput) (out DivideResult, err error) {
	defer failure.Cross(&err)
	var list List
	if err := a.Records.GetJSON(ctx, in.List, &list); err != nil {
		return out, err
	}
	out.Services = len(list.Policies)
	for _, chunk := range divide(list.Policies, max(1, in.Chunk)) {
		if _, err := a.Records.WriteJSON(ctx, chunkKey(in.Kind, in.Run, "services", out.Chunks), chunk); err != nil {
			return out, err
		}
		out.Chunks++
	}
	return out, nil
}

// divide makes chunks of so many policies, and larger ones of those that share a
// source.
func divide(policies []capacity.Policy, size int) [][]capacity.Policy {
	policies = slices.Clone(policies)
	slices.SortStableFunc(policies, func(p, q capacity.Policy) int {
		return cmp.Or(cmp.Compare(p.Demand.Source, q.Demand.Source), cmp.Compare(p.Service, q.Service))
	})
	var chunks [][]capacity.Policy
	var chunk []capacity.Policy
	for len(policies) > 0 {
		n := sharing(policies)
		if len(chunk)+n > max(size, mostShared) || len(chunk) >= size {
			chunks, chunk = append(chunks, chunk), nil
		}
		chunk, policies = append(chunk, policies[:n]...), policies[n:]
	}
	if len(chunk) > 0 {
		chunks = append(chunks, chunk)
	}
	return chunks
}

// sharing is how many of the first policies share a source, as far as they fit
// into one chunk.
func sharing(policies []capacity.Policy) int {
	n := 1
	for n < min(len(policies), mostShared) && policies[n].Demand.Source == policies[0].Demand.Source {
		n++
	}
	return n
}

// chunkKey is where a part of a chunk is.
func chunkKey(kind Kind, run, part string, chunk int) string {
	return capacity.FleetKey(string(kind), run, fmt.Sprintf("%s-%05d.json", part, chunk))
}
