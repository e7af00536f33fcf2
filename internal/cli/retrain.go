package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"headroom/workflows"
)

func retrainCommand() *cobra.Command {
	var path string
	var replay replay
	var asJSON bool
	c := &cobra.Command{
		Use:   "retrain SERVICE",
		Short: "Backtests the models on the service's history, and promotes the best if it earns it",
		Args:  oneService,
		RunE: func(c *cobra.Command, args []string) error {
			clock, err := replay.clock()
			if err != nil {
				return err
			}
			p, err := servicePolicy(args[0], path)
			if err != nil {
				return err
			}
			s, err := openSession(c.Context(), c.ErrOrStderr())
			if err != nil {
				return err
			}
			defer s.temporal.Close()
			policy, err := s.apply(c.Context(), c.ErrOrStderr(), p, "", "applied by headroom retrain")
			if err != nil {
				return err
			}
			var result workflows.RetrainResult
			if err := s.run(c.Context(), c.ErrOrStderr(), workflows.RetrainID(p.Service), "retrains the models of "+p.Service, workflows.Retrain, workflows.RetrainInput{Service: p.Service, PolicyHash: policy.Hash, Clock: clock}, &result); err != nil {
				return err
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), result)
			}
			fate := "kept its champion"
			if result.Promoted {
				fate = "promoted"
			}
			fmt.Fprintf(c.OutOrStdout(), "%s %s: %s\n%s\nload: %s\n", p.Service, fate, result.Model, result.Why, result.Load)
			for _, note := range result.Load.Notes {
				fmt.Fprintf(c.OutOrStdout(), "note: %s\n", escaped(note))
			}
			return nil
		},
	}
	policyFlag(c, &path)
	replay.flags(c)
	jsonFlag(c, &asJSON)
	return c
}
