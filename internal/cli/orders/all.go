package orders

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/api/workflowservice/v1"

	"headroom/capacity"
	"headroom/executor"
	"headroom/internal/cli/command"
	"headroom/internal/cli/inforce"
	"headroom/internal/cli/session"
	"headroom/workflows"
)

func allFlag(c *cobra.Command, all *bool, which string) {
	c.Flags().BoolVar(all, "all", false, which)
}

// oneServiceOr wants exactly one service, or none with --all.
func oneServiceOr(all *bool) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if !*all {
			return command.OneService(c, args)
		}
		if len(args) > 0 {
			return fmt.Errorf("--all is every service, and %q is named besides: leave out one of the two: %w", args, command.ErrUsage)
		}
		return nil
	}
}

// An ordered is what came of an order to one of several services.
type ordered struct {
	Service string
	Order   *executor.Order // nil if it does not count
	Why     string          // it does not count, or has nothing to end

	err  error
	zone *time.Location
}

// giveOrders gives an order to the service that is named, or to all if none is.
// One that does not take it keeps the order from no other; the error names all of those.
func giveOrders(c *cobra.Command, args []string, update string, o executor.Order, lasts time.Duration, asJSON bool) error {
	if len(args) == 1 {
		return giveOrder(c, args[0], update, o, lasts, asJSON)
	}
	if err := session.Speaker(&o.By); err != nil {
		return err
	}
	s, err := session.Open(c.Context(), c.ErrOrStderr())
	if err != nil {
		return withStop(err, "", update)
	}
	defer s.Temporal.Close()
	services, err := conducted(c.Context(), s)
	if err == nil && update == executor.ResumeOrder {
		var paused []string
		paused, err = storedPauses(c.Context(), s)
		services = append(services, paused...)
		slices.Sort(services)
		services = slices.Compact(services)
	}
	if err != nil {
		return err
	}
	if len(services) == 0 {
		return fmt.Errorf("no plan of any service is being carried out: there is nothing to %s: %w", update, capacity.ErrRefused)
	}
	given, slots := make([]ordered, len(services)), make(chan struct{}, session.AtOnce)
	var group sync.WaitGroup
	for i, service := range services {
		group.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			given[i] = ordered{Service: service}
			one, zone, err := give(c.Context(), s, service, update, o, lasts)
			switch {
			case errors.Is(err, session.ErrNotPaused):
				given[i].Why = "not paused"
			case err != nil:
				given[i].Why, given[i].err = err.Error(), err
			default:
				given[i].Order, given[i].zone = &one, zone
			}
		})
	}
	group.Wait()
	if asJSON {
		err = command.PrintJSON(c.OutOrStdout(), given)
	}
	return errors.Join(err, reportOrdered(c, update, given, asJSON))
}

// reportOrdered says what came of an order to each service, and returns an error that
// names those where it does not count.
func reportOrdered(c *cobra.Command, update string, given []ordered, quiet bool) error {
	var without []string
	refused := true
	for _, g := range given {
		text := g.Why
		switch {
		case g.Order != nil:
			text = DescribeOrder(*g.Order, g.zone)
		case g.err != nil:
			text = "NOT DONE: " + command.Escaped(g.Why)
			without = append(without, g.Service)
			refused = refused && errors.Is(g.err, capacity.ErrRefused)
		}
		if !quiet {
			fmt.Fprintf(c.OutOrStdout(), "%s %s: %s\n", update, g.Service, text)
		}
	}
	if len(without) == 0 {
		return nil
	}
	text := fmt.Sprintf("%s: not done for %d of %s: %s", update, len(without), capacity.Count(len(given), "service"), strings.Join(without, ", "))
	if refused {
		return capacity.Refusal(text)
	}
	return withStop(errors.New(text), "", update)
}

// storedPauses are the services that are paused by stored orders, whether a run carries
// them out or not.
func storedPauses(ctx context.Context, s session.Session) ([]string, error) {
	var services []string
	for entry, err := range s.Store.List(ctx, capacity.OrdersKey("")[:len("orders/")], "") {
		if err != nil {
			return nil, fmt.Errorf("list the stored orders: %w", err)
		}
		service, whole := strings.CutSuffix(strings.TrimPrefix(entry.Key, "orders/"), ".json")
		if !whole {
			continue
		}
		orders, err := inforce.ReadOrders(ctx, s, service)
		if err != nil {
			return nil, err
		}
		if orders.Pause != nil || orders.Fault != "" {
			services = append(services, service)
		}
	}
	return services, nil
}

// conducted are the services whose plan is being carried out, by name.
func conducted(ctx context.Context, s session.Session) ([]string, error) {
	var services []string
	request := &workflowservice.ListWorkflowExecutionsRequest{Query: "WorkflowType = 'Execute' AND ExecutionStatus = 'Running'"}
	for {
		page, err := s.Temporal.ListWorkflow(ctx, request)
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
