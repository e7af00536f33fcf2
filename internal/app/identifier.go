package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"headroom/activities/policies"
	"headroom/adapters/oidc"
	"headroom/capacity"
	"headroom/internal/proof"
)

// Provider is who says who speaks; the zero one: nobody does.
//
//	HEADROOM_OIDC_ISSUER    URL of the provider (none: whoever speaks is taken at their word)
//	HEADROOM_OIDC_AUDIENCE  whom its tokens must be for (headroom)
//	HEADROOM_OIDC_NAME      claim of a token that holds who it is for (email)
//	HEADROOM_OIDC_GROUPS    claim that holds the groups that they are in (groups)
func Provider(lookup func(string) (string, bool)) oidc.Provider {
	value := func(name string) string {
		v, _ := lookup(name)
		return v
	}
	return oidc.Provider{
		Issuer: value("HEADROOM_OIDC_ISSUER"), Audience: cmp.Or(value("HEADROOM_OIDC_AUDIENCE"), "headroom"),
		Name: value("HEADROOM_OIDC_NAME"), Groups: value("HEADROOM_OIDC_GROUPS"),
	}
}

// Owners are who may put the first policy of a service in force, where a provider is set.
//
//	HEADROOM_OWNERS         names of people and group:NAME, with commas between (nobody)
func Owners(lookup func(string) (string, bool)) (owners []string) {
	list, _ := lookup("HEADROOM_OWNERS")
	for owner := range strings.SplitSeq(list, ",") {
		if owner = strings.TrimSpace(owner); owner != "" {
			owners = append(owners, owner)
		}
	}
	return owners
}

// An identifier finds out who calls.
type identifier struct {
	temporal client.Client
	provider oidc.Provider
	keys     proof.Keys
	store    capacity.Store // remembers which sealed tokens were used
}

// Identify implements [policies.Identifier]: the caller is the workflow in whose name a
// worker has signed the request, whoever a provider of identities has signed for, or,
// where no provider is set, who they say.
func (i identifier) Identify(ctx context.Context, in policies.AdmitInput) (capacity.Identity, error) {
	switch {
	case proof.Is(in.Token):
		return i.workflow(ctx, in)
	case i.provider.Issuer != "" && in.Token == "":
		return capacity.Identity{}, fmt.Errorf("the workers want to see who speaks: set HEADROOM_TOKEN to a token of %s for %q: %w", i.provider.Issuer, i.provider.Audience, capacity.ErrRefused)
	case i.provider.Issuer != "":
		token, err := i.open(ctx, in)
		if err != nil {
			return capacity.Identity{}, err
		}
		return i.provider.Verify(ctx, token)
	case in.Token != "":
		return capacity.Identity{}, fmt.Errorf("the workers verify no tokens: set HEADROOM_OIDC_ISSUER there, or unset HEADROOM_TOKEN: %w", capacity.ErrRefused)
	}
	return capacity.Identity{Name: in.By}, nil
}

// open reads the sealed token of a request, which counts for the first run that it comes
// with, and there for one request: whoever reads a history can send a copy of it, and a reset
// sends it again.
func (i identifier) open(ctx context.Context, in policies.AdmitInput) (string, error) {
	if !proof.Sealed(in.Token) {
		return "", fmt.Errorf("the token is not sealed, so that others may have read it: set HEADROOM_WORKER_PUBLIC_KEY where commands are typed: %w", capacity.ErrRefused)
	}
	info := activity.GetInfo(ctx)
	token, hash, err := i.keys.Open(in.Token, proof.Use{Workflow: info.WorkflowExecution.ID, Operation: cmp.Or(in.Update, info.WorkflowType.Name)}, time.Now())
	if err != nil {
		return "", err
	}
	use := fmt.Sprintf("%s\n%s\n%s\n", info.WorkflowExecution.RunID, in.Update, in.ID)
	_, err = i.store.Put(ctx, capacity.UsedTokenKey(hash), []byte(use))
	if errors.Is(err, capacity.ErrConflict) {
		return "", fmt.Errorf("the token came with another request before: a copy of it, and what a reset repeats, does not count; send the command again: %w", capacity.ErrRefused)
	}
	if err != nil {
		return "", fmt.Errorf("note that the token was used: %w", err)
	}
	return token, nil
}

// workflow is the workflow in whose name a worker has signed the request. Its run must
// still be running.
func (i identifier) workflow(ctx context.Context, in policies.AdmitInput) (who capacity.Identity, err error) {
	from, err := i.keys.Verify(in.Token, proof.Request{ID: cmp.Or(in.Start, in.ID), Service: in.Service, Operation: string(in.Wish.Permission), Order: in.Order}, time.Now())
	if err != nil {
		return who, err
	}
	who = capacity.Identity{Name: from.Workflow, Workflow: from.Workflow, Verified: true}
	if from.Run == "" { // a schedule
		if err := i.scheduled(ctx, in, from.Workflow); err != nil {
			return capacity.Identity{}, err
		}
		return who, nil
	}
	d, err := i.temporal.DescribeWorkflow(ctx, from.Workflow, from.Run)
	if err != nil && !absent(err) {
		return capacity.Identity{}, fmt.Errorf("look for the run of %s that asks for it: %w", from.Workflow, err)
	}
	if err != nil || d.Status != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING {
		return capacity.Identity{}, fmt.Errorf("the run of %s that asks for it has ended: %w", from.Workflow, capacity.ErrRefused)
	}
	return who, nil
}

// scheduledBy is the search attribute in which Temporal keeps which schedule has started a
// run.
var scheduledBy = temporal.NewSearchAttributeKeyKeyword("TemporalScheduledById")

// scheduled returns ErrRefused for the proof of a schedule in a run that the schedule has
// not started: its workflow ID is that of the schedule and the time, and Temporal says so.
func (i identifier) scheduled(ctx context.Context, in policies.AdmitInput, schedule string) error {
	run := activity.GetInfo(ctx).WorkflowExecution
	if !strings.HasPrefix(run.ID, in.Start+"-") {
		return fmt.Errorf("the proof is that of the %s, which starts no run %s: %w", schedule, run.ID, capacity.ErrRefused)
	}
	d, err := i.temporal.DescribeWorkflow(ctx, run.ID, run.RunID)
	if err != nil {
		return fmt.Errorf("look which schedule has started %s: %w", run.ID, err)
	}
	if by, _ := d.TypedSearchAttributes.GetKeyword(scheduledBy); (policies.Schedule{ID: by}).Name() != schedule {
		return fmt.Errorf("the proof is that of the %s, which has not started the run %s: %w", schedule, run.ID, capacity.ErrRefused)
	}
	return nil
}

// SignStart implements [policies.Identifier]. The proof has no end: it counts for as long as
// the key does, and for the runs of this schedule alone.
func (i identifier) SignStart(_ context.Context, s policies.Schedule) (string, error) {
	return i.keys.Sign(proof.Sender{Workflow: s.Name()}, proof.Request{ID: s.Start, Service: s.Service, Operation: string(capacity.MayPlan), Order: s.Order})
}
