// Package fleet retrains, plans or looks back at all services of a fleet: in chunks of
// those that share a source, by the steps of the other packages.
package fleet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"headroom/activities/execution"
	"headroom/activities/failure"
	"headroom/activities/planning"
	"headroom/activities/policies"
	"headroom/activities/records"
	"headroom/activities/retraining"
	"headroom/capacity"
	"headroom/history"
)

// Fleet divides a fleet into chunks and works on them.
type Fleet struct {
	Records    records.Records
	Policies   policies.Policies
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

// Kinds are all kinds.
func Kinds() []Kind { return []Kind{Retrain, Plan, Regret} }

// A List is the services of a fleet, in the order of their names.
type List struct {
	Services []Member
}

// A Member is a service, and the policy that the caller knows, which must be in force;
// no hash: whichever is.
type Member struct {
	Service    string
	PolicyHash string `json:",omitempty"`
}

// A service is one of a chunk under its policy in force.
type service struct {
	Policy     capacity.Policy
	PolicyHash string
	Refused    string `json:",omitempty"` // why it is not worked on; then the policy has the service's name alone
}

// DivideInput names a list of services, and how many make a chunk.
type DivideInput struct {
	Kind  Kind
	Run   string // names the run whose parts are stored
	List  capacity.Ref
	Chunk int
	Who   capacity.Identity // who has started the run
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
// up to 500 of them. It returns ErrRefused, and stores nothing, if each of them is refused.
func (a *Fleet) Divide(ctx context.Context, in DivideInput) (out DivideResult, err error) {
	defer failure.Cross(&err)
	var list List
	if err := a.Records.GetJSON(ctx, in.List, &list); err != nil {
		return out, err
	}
	out.Services = len(list.Services)
	services, err := a.underPolicies(ctx, in, list.Services)
	if err != nil {
		return out, err
	}
	if err := allRefused(services); err != nil {
		return out, err
	}
	for _, chunk := range divide(services, max(1, in.Chunk)) {
		if _, err := a.Records.WriteJSON(ctx, chunkKey(in.Kind, in.Run, "services", out.Chunks), chunk); err != nil {
			return out, err
		}
		out.Chunks++
	}
	return out, nil
}

// readAtOnce is how many policies are read at a time.
const readAtOnce = 32

// underPolicies reads the policies in force of services. One that has none, or another
// than the caller knows, or one that does not let the caller plan, is refused without the
// others; any other error is returned.
func (a *Fleet) underPolicies(ctx context.Context, in DivideInput, members []Member) ([]service, error) {
	all, failed := make([]service, len(members)), make([]error, len(members))
	free := make(chan struct{}, readAtOnce)
	var reading sync.WaitGroup
	for i, m := range members {
		free <- struct{}{}
		reading.Go(func() {
			defer func() { <-free }()
			got, err := a.Policies.InForce(ctx, policies.InForceInput{Service: m.Service, Hash: m.PolicyHash})
			if err == nil {
				err = a.Policies.Permit(ctx, policies.AdmitInput{
					ID: in.Run, Service: m.Service, At: a.Records.Now(), Wish: capacity.Wish{Permission: capacity.MayPlan}, Text: fmt.Sprintf("%s it with a fleet", in.Kind),
				}, in.Who, got.Policy)
			}
			all[i] = service{Policy: got.Policy, PolicyHash: got.Hash}
			switch {
			case err != nil && failure.Lasting(err):
				all[i] = service{Policy: capacity.Policy{Service: m.Service}, Refused: err.Error()}
			case err != nil:
				failed[i] = err
			}
		})
	}
	reading.Wait()
	return all, errors.Join(failed...)
}

// allRefused is an ErrRefused, with the reason of the first, if there are services and each
// is refused.
func allRefused(services []service) error {
	if len(services) == 0 || slices.ContainsFunc(services, func(s service) bool { return s.Refused == "" }) {
		return nil
	}
	first := services[0]
	if len(services) == 1 {
		return capacity.Refusal(first.Policy.Service + ": " + first.Refused)
	}
	return capacity.Refusal(fmt.Sprintf("each of %s is refused, such as %s: %s", capacity.Count(len(services), "service"), first.Policy.Service, first.Refused))
}

// divide makes chunks of so many services, and larger ones of those that share a
// source.
func divide(services []service, size int) [][]service {
	services = slices.Clone(services)
	slices.SortStableFunc(services, func(s, r service) int {
		p, q := s.Policy, r.Policy
		return cmp.Or(cmp.Compare(p.Demand.Source, q.Demand.Source), cmp.Compare(p.Service, q.Service))
	})
	var chunks [][]service
	var chunk []service
	for len(services) > 0 {
		n := sharing(services)
		if len(chunk)+n > max(size, mostShared) || len(chunk) >= size {
			chunks, chunk = append(chunks, chunk), nil
		}
		chunk, services = append(chunk, services[:n]...), services[n:]
	}
	if len(chunk) > 0 {
		chunks = append(chunks, chunk)
	}
	return chunks
}

// sharing is how many of the first services share a source, as far as they fit
// into one chunk.
func sharing(services []service) int {
	n := 1
	for n < min(len(services), mostShared) && services[n].Policy.Demand.Source == services[0].Policy.Demand.Source {
		n++
	}
	return n
}

// chunkKey is where a part of a chunk is.
func chunkKey(kind Kind, run, part string, chunk int) string {
	return capacity.FleetKey(string(kind), run, fmt.Sprintf("%s-%05d.json", part, chunk))
}
