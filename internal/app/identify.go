package app

import (
	"context"
	"fmt"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"headroom/adapters/oidc"
	"headroom/capacity"
	"headroom/workflows"
)

// identify finds out who speaks: a workflow of ours that runs, whoever a provider
// of identities has signed for, or, where no provider is set, who they say.
func identify(temporal client.Client, provider oidc.Provider) func(ctx context.Context, claimed, token string) (capacity.Identity, error) {
	return func(ctx context.Context, claimed, token string) (capacity.Identity, error) {
		if id, ours := workflows.WorkflowOf(token); ours {
			d, err := temporal.DescribeWorkflow(ctx, id, "")
			if err != nil && !absent(err) {
				return capacity.Identity{}, fmt.Errorf("look for %s, which speaks: %w", id, err)
			}
			if err != nil || d.Status != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING {
				return capacity.Identity{}, fmt.Errorf("%s says that it speaks, and does not run: %w", id, capacity.ErrRefused)
			}
			return capacity.Identity{Name: claimed, Workflow: id, Verified: true}, nil
		}
		switch {
		case provider.Issuer != "" && token == "":
			return capacity.Identity{}, fmt.Errorf("the workers want to see who speaks: set HEADROOM_TOKEN to a token of %s for %q: %w", provider.Issuer, provider.Audience, capacity.ErrRefused)
		case provider.Issuer != "":
			return provider.Verify(ctx, token)
		case token != "":
			return capacity.Identity{}, fmt.Errorf("the workers verify no tokens: set HEADROOM_OIDC_ISSUER there, or unset HEADROOM_TOKEN: %w", capacity.ErrRefused)
		}
		return capacity.Identity{Name: claimed}, nil
	}
}
