// Package putpolicy puts policies in force, and is the commands about them.
package putpolicy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"headroom/activities/policies"
	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/internal/cli/policyfile"
	"headroom/internal/cli/session"
	"headroom/policy"
)

// Command is `headroom policy` with the commands below it.
func Command() *cobra.Command {
	c := &cobra.Command{
		Use:   "policy",
		Short: "Puts policies in force, and shows those that are",
		Long: `Puts policies in force, and shows those that are. The workers read the policy in
force of a service from the bucket, and decide by it who may do what. Commands that
take a policy file and reach the workers put that policy in force first.`,
		Args: command.KnownCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(policyApplyCommand(), policyShowCommand())
	return c
}

// An appliedPolicy is what became of one policy, for machines.
type appliedPolicy struct {
	Service string
	policies.PutResult
}

func policyApplyCommand() *cobra.Command {
	var by, why string
	var dryRun, asJSON bool
	c := &cobra.Command{
		Use:   "apply FILE | DIR",
		Short: "Puts a policy in force, or all policies of a folder",
		Long: `Puts a policy in force, or all policies in and below a folder. Who may do so, the
policy says that is in force until then: by its roles, with the permission policy.
The first policy of a service is put in force by an owner, whom HEADROOM_OWNERS of
the workers names. It is on record, and counts at once for the plan under way.

What a policy extends is merged with it here, and the merged policy is what is put in
force: a base that has changed counts for a service once its policy is applied again.
--dry-run says which policies of a folder would change, by which keys, and changes
nothing.`,
		Example: `  headroom policy apply chat.yaml --why "two more units at night"
  headroom policy apply policies --dry-run
  headroom policy apply policies`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("name one policy file, or one folder of them, got %q: %w", args, command.ErrUsage)
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			all, err := policiesIn(args[0])
			if err != nil {
				return err
			}
			var results []policies.PutResult
			say := applied
			if dryRun {
				say = would
				results, err = compareAll(c.Context(), all)
			} else {
				results, err = applyAll(c, all, by, why)
			}
			told := []appliedPolicy{}
			for i, r := range results {
				if r.Hash != "" {
					told = append(told, appliedPolicy{all[i].Service, r})
				}
			}
			if asJSON {
				if failed := command.PrintJSON(c.OutOrStdout(), told); failed != nil {
					return failed
				}
				return err
			}
			for _, t := range told {
				fmt.Fprintln(c.OutOrStdout(), say(t.Service, t.PutResult))
			}
			return err
		},
	}
	c.Flags().StringVar(&by, "by", "", "who says so (default: the user who is logged in)")
	c.Flags().StringVar(&why, "why", "", "the reason, kept with the policy")
	c.Flags().BoolVar(&dryRun, "dry-run", false, "only say what would change")
	command.JSONFlag(c, &asJSON)
	return c
}

// applyAll puts policies in force.
func applyAll(c *cobra.Command, all []capacity.Policy, by, why string) ([]policies.PutResult, error) {
	s, err := session.Open(c.Context(), c.ErrOrStderr())
	if err != nil {
		return nil, err
	}
	defer s.Temporal.Close()
	return All(c.Context(), s, io.Discard, all, by, why)
}

// compareAll compares policies with those in force.
func compareAll(ctx context.Context, all []capacity.Policy) ([]policies.PutResult, error) {
	store, err := session.OpenStore(ctx)
	if err != nil {
		return nil, err
	}
	results, failed := make([]policies.PutResult, len(all)), make([]error, len(all))
	for i, p := range all {
		results[i], failed[i] = compared(ctx, store, p)
	}
	return results, errors.Join(failed...)
}

// policiesIn are the policies of a file or a folder.
func policiesIn(path string) ([]capacity.Policy, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read the policy: %w", err)
	}
	if info.IsDir() {
		return policyfile.ReadPolicies(path)
	}
	p, _, err := policyfile.ReadPolicy(path)
	return []capacity.Policy{p}, err
}

// A shownPolicy is the policy in force, for machines.
type shownPolicy struct {
	Service string
	policies.Pointer
	Policy capacity.Policy
}

func policyShowCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "show SERVICE",
		Short: "Shows the policy of a service that is in force",
		Long: `Shows the policy of a service that is in force, with every default written out, and
in comments who put it in force, when and why. What it prints is a policy file.`,
		Example: `  headroom policy show chat
  headroom policy show chat >chat.yaml`,
		Args: command.OneService,
		RunE: func(c *cobra.Command, args []string) error {
			store, err := session.OpenStore(c.Context())
			if err != nil {
				return err
			}
			now, _, err := policies.Current(c.Context(), store, args[0])
			if err != nil {
				return err
			}
			p, err := policies.Read(c.Context(), store, args[0], now.Hash)
			if err != nil {
				return err
			}
			if asJSON {
				return command.PrintJSON(c.OutOrStdout(), shownPolicy{args[0], now, p})
			}
			fmt.Fprintf(c.OutOrStdout(), "# %s\n# in force since %s, by %s\n", now.Hash, now.At.Format(time.RFC3339), command.Escaped(now.By))
			if now.Why != "" {
				fmt.Fprintf(c.OutOrStdout(), "# %s\n", command.Escaped(now.Why))
			}
			_, err = fmt.Fprint(c.OutOrStdout(), policy.Format(p))
			return err
		},
	}
	command.JSONFlag(c, &asJSON)
	return c
}
