// Package simulate is the command that replays a trace of load under other autoscalers.
package simulate

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"headroom/capacity"
	"headroom/history"
	"headroom/internal/cli/command"
	"headroom/internal/cli/policyfile"
	"headroom/policy"
)

// simulateFlags are what a user may say about a simulation.
type simulateFlags struct {
	files      history.Source // that reads the trace
	policy     string
	trace      string
	last       string
	train      string
	share      string
	burstiness float64
	seed       uint64
	set        []string
	read       policyfile.ReadFlags
	asJSON     bool
	report     string
}

// Command simulates on a trace that files reads.
func Command(files history.Source) *cobra.Command {
	f := simulateFlags{files: files}
	c := &cobra.Command{
		Use:   "simulate -f POLICY --trace FILE",
		Short: "Replays a trace of load under the autoscalers in use and a short-term forecaster",
		Long: `Replays a trace of load under the autoscalers in use and a short-term forecaster,
on the pool of a policy file, and compares what they cost when capacity is missing
in the same share of the time.

The short-term forecaster decides every minute, from the load up to then. It is
not live: services follow plans, which this command does not simulate.

The trace is a file or folder with the time and value columns of the policy, in
the policy's step or a finer one; --last takes its newest part. Steps longer than
15 s are filled with arrivals: a line through hourly means would flatter every
policy that reacts. They are drawn from a Poisson process, or with --burstiness
from one whose counts vary more; each step keeps its sum, and every policy meets
the same load.

The first part of the trace is for training; what counts is the rest. Every
policy is run with each of its settings, such as target utilisations, and
compared at the share of --share, which by default follows from the policy's
objective: 1 − serviceLevel, or price / missing, the risk at which one more unit
costs as much as it saves. Money is that of units from their request to the end
of their draining, at the price at the end of the trace; what missing capacity
costs is not in it. Nothing fails, and measurements are seen at once.

Left of | policies are compared at the same share, and sorted by that cost:
  cost at   of units with capacity missing in exactly that share of the time: a
            mixture of two settings where none meets it exactly; ≤ where every
            setting is safer than asked
  excess    of that cost over the oracle's. The oracle knows the load to come and
            has the same lead time and limits; its cost is the exact minimum, the
            lower convex hull of all schedules
Right of | is one run, with the cheapest setting that keeps the share:
  setting       such as the target utilisation; of oracles the price of an hour of
                missing capacity, in unit-hours
  cost          of this run
  missing       minutes in which capacity was missing, and their share of the time
  actions/day   changes of the number of units
  reversals     actions against one of the 15 minutes before
  max step      units of the largest action
  SLO           another run, of the setting that would have been chosen by what it
                gave in training (of the short-term forecaster: the share itself):
                the share in which capacity was missing, and whether that met the
                share asked for

A long trace takes minutes: how long is said before, and how far it is meanwhile,
on stderr.`,
		Example: `  headroom simulate -f chat.yaml --trace load.csv
  headroom simulate -f chat.yaml --trace load.csv --share 1% --burstiness 2 --report simulation.html
  headroom simulate -f chat.yaml --trace year.csv --last 28d
  headroom simulate -f chat.yaml --trace load.csv --set capacity.pools[0].leadTime=10m`,
		Args:              command.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(c *cobra.Command, _ []string) error { return simulateTrace(c, f) },
	}
	c.Flags().StringVarP(&f.policy, "policy", "f", "", "the policy file")
	c.Flags().StringVar(&f.trace, "trace", "", "a file or folder of load, with the policy's columns")
	c.Flags().StringVar(&f.last, "last", "", "use only so much of the end of the trace, such as 28d (default: all)")
	c.Flags().StringVar(&f.train, "train", "60%", "how much of the trace is only for training, from 10% to 90%")
	c.Flags().StringVar(&f.share, "share", "", "share of the time in which capacity may be missing, such as 1% (default: from the policy's objective)")
	c.Flags().Float64Var(&f.burstiness, "burstiness", 1, "coefficient of variation of the time between arrivals; 1: a Poisson process")
	c.Flags().Uint64Var(&f.seed, "seed", 1, "decides the arrivals")
	f.read.Add(c, "")
	c.Flags().StringArrayVar(&f.set, "set", nil, "what if? a key of the policy and another value for it, such as capacity.pools[0].leadTime=10m (repeatable)")
	c.Flags().StringVar(&f.report, "report", "", "write the page with the charts to this file")
	command.JSONFlag(c, &f.asJSON)
	return c
}

func simulateTrace(c *cobra.Command, f simulateFlags) error {
	if f.policy == "" || f.trace == "" {
		return fmt.Errorf("a simulation needs two files: simulate -f POLICY --trace FILE: %w", command.ErrUsage)
	}
	train, err := portion("train", f.train, 0.1, 0.9)
	if err != nil {
		return err
	}
	if !(f.burstiness >= 0 && f.burstiness <= 100) {
		return fmt.Errorf("--burstiness is %v, give a number from 0 to 100: %w", f.burstiness, command.ErrUsage)
	}
	last := time.Duration(0)
	if f.last != "" {
		if last, err = policy.ParseDuration(f.last); err != nil {
			return fmt.Errorf("--last is %q, give a duration such as 28d or 36h: %w", f.last, command.ErrUsage)
		}
	}
	sets, err := policyfile.Overrides(f.set)
	if err != nil {
		return err
	}
	p, _, err := policyfile.ReadPolicy(f.policy, sets...)
	if err != nil {
		return err
	}
	if err := f.read.Check(); err != nil {
		return err
	}
	f.read.Apply(&p.Demand)
	t, err := readTrial(c.Context(), p, f, train, last)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.ErrOrStderr(), "read %s\n", t.told.Load)
	p.Pools = []capacity.Pool{t.tested.Pool} // at the price of the trace
	if t.told.Share, t.told.Objective, err = objectiveShare(p, f.share); err != nil {
		return err
	}
	if err := t.run(c.Context(), c.ErrOrStderr()); err != nil {
		return err
	}
	if f.report != "" {
		if err := t.writePage(c.Context(), f.report); err != nil {
			return err
		}
	}
	if f.asJSON {
		return command.PrintJSON(c.OutOrStdout(), t.told)
	}
	return t.told.print(c.OutOrStdout())
}

// portion reads a share such as 60% or 0.6.
func portion(flag, text string, least, most float64) (float64, error) {
	number, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	v, err := strconv.ParseFloat(number, 64)
	if percent {
		v /= 100
	}
	if err != nil || !(v >= least && v <= most) {
		return 0, fmt.Errorf("--%s is %q, give a share from %s to %s: %w", flag, text, percentage(least), percentage(most), command.ErrUsage)
	}
	return v, nil
}
