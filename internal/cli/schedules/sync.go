package schedules

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"headroom/activities/policies"
	"headroom/capacity"
	"headroom/internal/app"
	"headroom/internal/cli/command"
	"headroom/internal/cli/policyfile"
	"headroom/internal/cli/putpolicy"
	"headroom/internal/cli/session"
	"headroom/internal/scheduling"
	"headroom/policy"
	"headroom/workflows"
)

// syncWish is what the flags of sync say.
type syncWish struct {
	dryRun bool
	force  bool
	renew  bool
	by     string
	asJSON bool
	prune  string // cron
	fleet  fleetTimes
}

func schedulesSyncCommand() *cobra.Command {
	var w syncWish
	c := &cobra.Command{
		Use:   "sync DIR",
		Short: "Makes the schedules equal to the policy files in DIR",
		Long: `Makes Temporal's schedules equal to the policy files in and below DIR: creates,
updates, pauses, resumes and deletes. DIR is the whole truth for the namespace;
schedules that are not Headroom's are left alone, and so is one that a person
has paused. A second sync changes nothing.

A changed policy counts from the next time that a schedule comes up: its watch
sees the change, and plans anew. A service whose policy is gone is retired: what
is under way for it ends, and its targets are left at a safe size, which is at
least the most that its last plan would still have asked for.

With --fleet-retrain, --fleet-plan and --fleet-regret all services are retrained,
planned or looked back at together at those times by one run (see headroom fleet,
headroom regret): give their policies no times of their own.

The bucket is pruned once a day: what is older than the workers keep it, and what
nothing in force needs, is removed. --prune names another time, or none.

If any policy file is wrong, or more than half of the services would lose their
policy, nothing is changed.`,
		Example: `  headroom schedules sync policies --dry-run
  headroom schedules sync policies
  headroom schedules sync policies --fleet-retrain "0 3 * * *" --fleet-plan "0 4 * * *" --budget "ml-team=2000 per day"`,
		Args: policyfile.OneFolder,
		RunE: func(c *cobra.Command, args []string) error { return w.run(c, args[0]) },
	}
	c.Flags().BoolVar(&w.dryRun, "dry-run", false, "show the difference, and change nothing")
	c.Flags().BoolVar(&w.force, "force", false, "go on although more than half of the services lose their policy")
	c.Flags().BoolVar(&w.renew, "renew", false, "write every schedule anew, such as after HEADROOM_WORKER_KEY was replaced at the workers")
	c.Flags().StringVar(&w.by, "by", "", "who says so, where a service is retired (default: the user)")
	c.Flags().StringVar(&w.prune, "prune", scheduling.PruneTime, "when the bucket is pruned, in UTC: five fields of cron, or none")
	w.fleet.flags(c)
	command.JSONFlag(c, &w.asJSON)
	return c
}

// synced is what a sync did, or would do, for machines.
type synced struct {
	DryRun  bool
	Changes []scheduling.Change
	Retired []string           // services without a policy now
	Held    []scheduling.Found // paused by a person
	Same    int
}

func (w *syncWish) run(c *cobra.Command, folder string) error {
	ctx, stderr := c.Context(), c.ErrOrStderr()
	all, err := policyfile.ReadPolicies(folder)
	if err != nil {
		return err
	}
	if err := session.Speaker(&w.by); err != nil {
		return err
	}
	wanted := scheduling.Wanted(all, capacity.Clock{})
	wanted.Renew = w.renew
	list, data, err := w.fleet.add(&wanted, all)
	if err != nil {
		return err
	}
	if w.prune != "none" {
		if err := policy.CheckCron(w.prune); err != nil {
			return fmt.Errorf("--prune: %w: %w", err, command.ErrUsage)
		}
		wanted.Prune(w.prune)
	}
	s, err := session.Open(ctx, stderr)
	if err != nil {
		return err
	}
	defer s.Temporal.Close()
	found, err := scheduling.Find(ctx, s.Temporal)
	if err != nil {
		return err
	}
	keys, err := app.Keys(os.LookupEnv)
	if err != nil {
		return err
	}
	for i := range wanted.Entries {
		wanted.Entries[i].Key = keys.First()
	}
	d, err := scheduling.Compare(wanted, found)
	if err != nil {
		return err
	}
	if err := w.allow(folder, d, found); err != nil {
		return err
	}
	if !w.dryRun {
		if _, err := putpolicy.All(ctx, s, stderr, all, w.by, "applied by headroom schedules sync"); err != nil {
			return err
		}
		if err := w.sign(ctx, s, d.Changes); err != nil {
			return err
		}
		// Retired first: once the schedules are gone, nobody knows of the service.
		for _, service := range d.Gone {
			if err := retire(ctx, s, stderr, service, w.by); err != nil {
				return err
			}
		}
		if len(data) > 0 {
			if _, err := s.Store.Put(ctx, list.Key, data); err != nil {
				return err
			}
		}
		bar := command.NewProgress(stderr, nil)
		err := scheduling.Apply(ctx, s.Temporal, d.Changes, func() { bar.Count(len(d.Changes), "schedules") })
		bar.Clear()
		if err != nil {
			return err
		}
	}
	if w.asJSON {
		return command.PrintJSON(c.OutOrStdout(), synced{w.dryRun, d.Changes, d.Gone, d.Held, d.Same})
	}
	return printSync(c.OutOrStdout(), d, w.dryRun)
}

// allow refuses a folder that is most likely the wrong one.
func (w *syncWish) allow(folder string, d scheduling.Difference, found []scheduling.Found) error {
	services := map[string]bool{}
	for _, f := range found {
		if !f.EveryService() {
			services[f.Service] = true
		}
	}
	if lost := len(d.Gone); lost > 1 && 2*lost > len(services) && !w.force && !w.dryRun {
		return fmt.Errorf("%s has no policy for %d of the %d services that have schedules, which would all be retired: if it is the right folder, say --force: %w", folder, lost, len(services), capacity.ErrRefused)
	}
	return nil
}

// signedAtOnce is how many schedules are signed by a run.
const signedAtOnce = 200

// sign has the workers sign what the schedules start, if the policies in force let the
// caller plan.
func (w *syncWish) sign(ctx context.Context, s session.Session, changes []scheduling.Change) error {
	var asked []int
	for i, c := range changes {
		if _, signed := c.Schedule(); signed {
			asked = append(asked, i)
		}
	}
	for some := range slices.Chunk(asked, signedAtOnce) {
		id := workflows.SignID(rand.Text())
		token, err := s.Token(id, "SignSchedules")
		if err != nil {
			return err
		}
		in := policies.SignInput{By: w.by, Token: token}
		for _, i := range some {
			schedule, _ := changes[i].Schedule()
			in.Schedules = append(in.Schedules, schedule)
		}
		var proofs []string
		if err := s.Run(ctx, io.Discard, id, "signs schedules", workflows.SignSchedules, in, &proofs); err != nil {
			return err
		}
		for n, proof := range proofs {
			if err := changes[some[n]].Sign(proof); err != nil {
				return err
			}
		}
	}
	return nil
}

// retire starts the end of a service whose policy is gone, and waits until it is admitted.
func retire(ctx context.Context, s session.Session, stderr io.Writer, service, by string) error {
	token, err := s.Token(workflows.RetireID(service), "Retire")
	if err != nil {
		return err
	}
	in := workflows.RetireInput{Caller: workflows.Caller{By: by, Token: token}, Service: service, Why: "its policy was removed"}
	run, err := s.Start(ctx, stderr, workflows.RetireID(service), "leaves "+service+" at a safe size", workflows.Retire, in)
	if err != nil {
		return err
	}
	return s.Wait(ctx, io.Discard, run, nil, func() bool { return true })
}

func printSync(w io.Writer, d scheduling.Difference, dryRun bool) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range d.Changes {
		fmt.Fprintf(table, "%s\t%s\t%s\n", c.Verb, c.ID, c.Why)
	}
	for _, f := range d.Held {
		fmt.Fprintf(table, "left\t%s\tpaused by a person: %s\n", f.ID, f.Note)
	}
	for _, service := range d.Gone {
		fmt.Fprintf(table, "retire\t%s\tits policy is gone: %s leaves it at a safe size\n", service, workflows.RetireID(service))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	done := "changed"
	if dryRun {
		done = "would be changed"
	}
	_, err := fmt.Fprintf(w, "%d %s, %d unchanged\n", len(d.Changes), done, d.Same)
	return err
}
