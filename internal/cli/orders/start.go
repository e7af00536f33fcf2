package orders

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"headroom/activities/policies"
	"headroom/capacity"
	"headroom/executor"
	"headroom/internal/cli/command"
	"headroom/internal/cli/inforce"
	"headroom/internal/cli/policyfile"
	"headroom/internal/cli/session"
	"headroom/workflows"
)

// orderFirst pauses or resumes a service that no plan is carried out of: it starts the
// workflow that will carry out the next one, and gives it the order in the same call. It
// returns who has given it, as verified, the zone of the policy, and ErrRefused if nothing is
// known of the service.
func orderFirst(ctx context.Context, s session.Session, service, update string, o executor.Order) (by string, zone *time.Location, err error) {
	zone = time.UTC
	policy, err := known(ctx, s, service)
	if err != nil {
		return "", zone, err
	}
	if policy != nil {
		zone = command.ZoneOf(policy.Demand.Timezone)
	}
	token, err := s.Token(workflows.ExecuteID(service), update)
	if err != nil {
		return "", zone, err
	}
	start := s.Temporal.NewWithStartWorkflowOperation(client.StartWorkflowOptions{
		ID: workflows.ExecuteID(service), TaskQueue: workflows.Queue, StaticSummary: "carries out the plans of " + service,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
	}, workflows.Execute, executor.State{Service: service})
	err = s.Answered(ctx, workflows.ExecuteID(service), func(ctx context.Context) error {
		handle, err := s.Temporal.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{
			StartWorkflowOperation: start,
			UpdateOptions: client.UpdateWorkflowOptions{
				UpdateName: update, Args: []any{o, token}, WaitForStage: client.WorkflowUpdateStageCompleted,
			},
		})
		if err != nil {
			return err
		}
		return handle.Get(ctx, &by)
	})
	if refused := session.RefusedOrder(err); refused != nil {
		return "", zone, refused
	}
	if err != nil {
		return "", zone, fmt.Errorf("%s %q: %w", update, service, err)
	}
	return by, zone, nil
}

// known is the policy in force of a service that no run carries plans out of, nil if only the
// service is known: by a plan, orders, a model, a run or a schedule. A name that nothing
// is known of is refused: it is most likely mistyped, and pausing it would pause nothing.
func known(ctx context.Context, s session.Session, service string) (*capacity.Policy, error) {
	if now, _, err := policies.Current(ctx, s.Store, service); err == nil {
		if p, err := policies.Read(ctx, s.Store, service, now.Hash); err == nil {
			return &p, nil
		}
	}
	if p, err := policyfile.ServicePolicy(service, ""); err == nil {
		return &p, nil
	}
	for _, key := range []string{capacity.CurrentPlanKey(service), capacity.OrdersKey(service), capacity.ChampionKey(service)} {
		if _, _, err := s.Store.Get(ctx, key); !errors.Is(err, capacity.ErrNotFound) {
			return nil, err
		}
	}
	for _, id := range []string{workflows.ExecuteID(service), workflows.PlanID(service), workflows.RetrainID(service)} {
		_, err := s.Temporal.DescribeWorkflow(ctx, id, "")
		if _, none := errors.AsType[*serviceerror.NotFound](err); !none {
			return nil, err
		}
	}
	services, err := inforce.Services(ctx, s)
	if err == nil && !slices.Contains(services, service) {
		err = fmt.Errorf("no plan, policy, run or order of a service %q is known: is the name right? `headroom status` lists all services: %w", service, capacity.ErrRefused)
	}
	return nil, err
}
