package workers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	enumspb "go.temporal.io/api/enums/v1"

	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/internal/cli/session"
	"headroom/internal/rollout"
	"headroom/internal/targetworker"
)

// A targetWorker is a target worker, as far as its queue shows it.
type targetWorker struct {
	Name     string
	Queue    string
	Here     bool      // it polled a moment ago
	LastPoll time.Time `json:",omitzero"`
	Services []string  // whose plans go to it
}

func workersTargetsCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "targets [NAME...]",
		Short: "Lists the target workers, and which of them are away",
		Long: `Lists the target workers that the targets of services name, such as eu1 of
kube://eu1@shop/hpa/web, or those that are named, and when each last polled its task
queue. While one is away nothing is asked of its targets, and plans begin with what the
plan before asks for. If one is away the exit code is 1.

Where HEADROOM_TARGET_NAMESPACE is set for the workers, set TEMPORAL_NAMESPACE to it
here.`,
		Example: `  headroom workers targets
  headroom workers targets eu1`,
		Args: func(_ *cobra.Command, args []string) error {
			for _, name := range args {
				if !capacity.IsWorkerName(name) {
					return fmt.Errorf("%q is no name of a target worker: write it as in the targets of the policies, such as eu1: %w", name, command.ErrUsage)
				}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			store, err := session.OpenStore(c.Context())
			if err != nil {
				return err
			}
			named, err := namedByTargets(c.Context(), store)
			if err != nil {
				return err
			}
			all, err := lookForTargetWorkers(c, named, args)
			if err != nil {
				return err
			}
			if asJSON {
				err = command.PrintJSON(c.OutOrStdout(), all)
			} else {
				err = printTargetWorkers(c.OutOrStdout(), all)
			}
			if err != nil {
				return err
			}
			return away(all)
		},
	}
	command.JSONFlag(c, &asJSON)
	return c
}

// namedByTargets is the services whose targets name each target worker.
func namedByTargets(ctx context.Context, store capacity.Store) (map[string][]string, error) {
	named := map[string][]string{}
	for e, err := range store.List(ctx, "services/", "") {
		if err != nil {
			return nil, err
		}
		service, _, _ := strings.Cut(strings.TrimPrefix(e.Key, "services/"), "/")
		if e.Key != capacity.OwnTargetsKey(service) {
			continue
		}
		data, _, err := store.Get(ctx, e.Key)
		if errors.Is(err, capacity.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		var targets []capacity.TargetName
		if err := json.Unmarshal(data, &targets); err != nil {
			return nil, fmt.Errorf("decode %q: %w: run `headroom restore %s`", e.Key, err, service)
		}
		for _, target := range targets {
			if worker, _ := target.Worker(); worker != "" && !slices.Contains(named[worker], service) {
				named[worker] = append(named[worker], service)
			}
		}
	}
	return named, nil
}

// lookForTargetWorkers asks Temporal who polls the queues of target workers: those that
// are wanted, or all that are named.
func lookForTargetWorkers(c *cobra.Command, named map[string][]string, wanted []string) ([]targetWorker, error) {
	if len(wanted) == 0 {
		for name := range named {
			wanted = append(wanted, name)
		}
		slices.Sort(wanted)
	}
	temporal, err := session.DialTemporal(c.Context(), c.ErrOrStderr())
	if err != nil {
		return nil, err
	}
	defer temporal.Close()
	all := []targetWorker{}
	for _, name := range wanted {
		w := targetWorker{Name: name, Queue: targetworker.Queue(name), Services: named[name]}
		polls, err := rollout.LastPolls(c.Context(), temporal, rollout.Queue{Name: w.Queue, Type: enumspb.TASK_QUEUE_TYPE_ACTIVITY})
		if err != nil {
			return nil, err
		}
		for _, at := range polls {
			if at.After(w.LastPoll) {
				w.LastPoll = at
			}
		}
		w.Here = rollout.Polls(w.LastPoll, time.Now())
		all = append(all, w)
	}
	return all, nil
}

func printTargetWorkers(w io.Writer, all []targetWorker) error {
	if len(all) == 0 {
		_, err := fmt.Fprintln(w, "no target names a target worker")
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NAME\tSTATE\tLAST POLL\tSERVICES")
	for _, t := range all {
		state, last := "away", "-"
		if t.Here {
			state = "here"
		}
		if !t.LastPoll.IsZero() {
			last = t.LastPoll.UTC().Format(time.RFC3339)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", t.Name, state, last, strings.Join(t.Services, ", "))
	}
	return table.Flush()
}

// away is an error if a target worker is away.
func away(all []targetWorker) error {
	for _, t := range all {
		if !t.Here {
			return fmt.Errorf("target worker %q polls no calls from %s: start it beside its targets, with HEADROOM_TARGET_WORKER=%s: %w", t.Name, t.Queue, t.Name, capacity.ErrAway)
		}
	}
	return nil
}
