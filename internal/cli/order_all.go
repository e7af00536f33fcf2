package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/api/workflowservice/v1"

	"headroom/capacity"
	"headroom/executor"
	"headroom/workflows"
)

func allFlag(c *cobra.Command, all *bool) {
	c.Flags().BoolVar(all, "all", false, "every service whose plan is being carried out")
}

// oneServiceOr wants exactly one service, or none with --all.
func oneServiceOr(all *bool) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if !*all {
			return oneService(c, args)
		}
		if len(args) > 0 {
			return fmt.Errorf("--all is every service, and %q is named besides: leave out one of the two: %w", args, errUsage)
		}
		return nil
	}
}

// An ordered is what came of an order to one of several services.
type ordered struct {
	Service string
	Order   *executor.Order // nil if it does not count
	Why     string          // it does not count
}

// giveOrders gives an order to the service that is named, or to all if none is.
// One that refuses keeps nobody else from it; the error is then the first's.
func giveOrders(c *cobra.Command, args []string, update string, o executor.Order, lasts time.Duration, asJSON bool) error {
	if len(args) == 1 {
		return giveOrder(c, args[0], update, o, lasts, asJSON)
	}
	if err := speaker(&o.By); err != nil {
		return err
	}
	s, err := openSession(c.Context(), c.ErrOrStderr())
	if err != nil {
		return err
	}
	defer s.temporal.Close()
	services, err := s.conducted(c.Context())
	if err != nil {
		return err
	}
	if len(services) == 0 {
		return fmt.Errorf("no plan of any service is being carried out: there is nothing to %s: %w", update, capacity.ErrRefused)
	}
	given := make([]ordered, 0, len(services))
	var first error
	refused := 0
	for _, service := range services {
		one, err := s.give(c.Context(), service, update, o, lasts)
		if err != nil {
			refused++
			first = errors.Join(first, err)
			given = append(given, ordered{Service: service, Why: err.Error()})
			continue
		}
		given = append(given, ordered{Service: service, Order: &one})
	}
	if asJSON {
		if err := printJSON(c.OutOrStdout(), given); err != nil {
			return err
		}
	} else {
		for _, g := range given {
			if g.Order != nil {
				fmt.Fprintf(c.OutOrStdout(), "%s %s: %s\n", update, g.Service, describeOrder(*g.Order))
			}
		}
	}
	if refused > 0 {
		return fmt.Errorf("%d of %s: %w", refused, capacity.Count(len(services), "service"), first)
	}
	return nil
}

// conducted are the services whose plan is being carried out, by name.
func (s session) conducted(ctx context.Context) ([]string, error) {
	var services []string
	request := &workflowservice.ListWorkflowExecutionsRequest{Query: "WorkflowType = 'Execute' AND ExecutionStatus = 'Running'"}
	for {
		page, err := s.temporal.ListWorkflow(ctx, request)
		if err != nil {
			return nil, fmt.Errorf("ask Temporal whose plans are being carried out: %w", err)
		}
		for _, e := range page.GetExecutions() {
			services = append(services, strings.TrimPrefix(e.GetExecution().GetWorkflowId(), workflows.ExecuteID("")))
		}
		if request.NextPageToken = page.GetNextPageToken(); len(request.NextPageToken) == 0 {
			slices.Sort(services)
			return slices.Compact(services), nil
		}
	}
}
