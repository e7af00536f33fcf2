package activities

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"headroom/capacity"
)

// A FleetKind says what is done to each service of a fleet.
type FleetKind string

// The kinds.
const (
	FleetRetrain FleetKind = "retrain"
	FleetPlan    FleetKind = "plan"
	FleetRegret  FleetKind = "regret"
)

// A FleetList is the services of a fleet.
type FleetList struct {
	Policies []capacity.Policy
}

// DivideInput names a list of services, and how many make a chunk.
type DivideInput struct {
	Kind  FleetKind
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
func (a *Activities) Divide(ctx context.Context, in DivideInput) (out DivideResult, err error) {
	defer cross(&err)
	var list FleetList
	if err := a.getJSON(ctx, in.List, &list); err != nil {
		return out, err
	}
	out.Services = len(list.Policies)
	for _, chunk := range divide(list.Policies, max(1, in.Chunk)) {
		if _, err := a.swapPart(ctx, chunkKey(in.Kind, in.Run, "services", out.Chunks), chunk); err != nil {
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
func chunkKey(kind FleetKind, run, part string, chunk int) string {
	return capacity.FleetKey(string(kind), run, fmt.Sprintf("%s-%05d.json", part, chunk))
}

// getPart reads what is under a key, without a reference to check it by: a part
// of a run that only the run itself writes.
func (a *Activities) getPart(ctx context.Context, key string, v any) error {
	data, _, err := a.Store.Get(ctx, key)
	if err != nil {
		return err
	}
	return decode(key, data, v)
}

// swapPart writes what a later try may have to write otherwise.
func (a *Activities) swapPart(ctx context.Context, key string, v any) (capacity.Ref, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return capacity.Ref{}, fmt.Errorf("encode %q: %w", key, err)
	}
	_, version, err := a.Store.Get(ctx, key)
	if err != nil && !errors.Is(err, capacity.ErrNotFound) {
		return capacity.Ref{}, err
	}
	return capacity.RefTo(key, data), a.Store.Swap(ctx, key, data, version)
}
