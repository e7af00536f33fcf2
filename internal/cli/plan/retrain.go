package plan

import (
	"fmt"

	"github.com/spf13/cobra"

	"headroom/internal/cli/command"
	"headroom/internal/cli/putpolicy"
	"headroom/internal/cli/session"
	"headroom/workflows"
)

// Retrain is `headroom retrain`.
func Retrain() *cobra.Command {
	var path string
	var replay session.Replay
	var asJSON bool
	c := &cobra.Command{
		Use:   "retrain SERVICE",
		Short: "Backtests the models on the service's history, and promotes the best if it earns it",
		Args:  command.OneService,
		RunE: func(c *cobra.Command, args []string) error {
			clock, err := replay.Clock()
			if err != nil {
				return err
			}
			s, err := session.Open(c.Context(), c.ErrOrStderr())
			if err != nil {
				return err
			}
			defer s.Temporal.Close()
			p, hash, err := putpolicy.InForce(c.Context(), s, c.ErrOrStderr(), args[0], path, workflows.RetrainID(args[0]), "", "applied by headroom retrain")
			if err != nil {
				return err
			}
			caller, err := s.Caller(workflows.RetrainID(p.Service), "Retrain")
			if err != nil {
				return err
			}
			var result workflows.RetrainResult
			if err := s.Run(c.Context(), c.ErrOrStderr(), workflows.RetrainID(p.Service), "retrains the models of "+p.Service, workflows.Retrain, workflows.RetrainInput{Caller: caller, Service: p.Service, PolicyHash: hash, Clock: clock}, &result); err != nil {
				return err
			}
			if asJSON {
				return command.PrintJSON(c.OutOrStdout(), result)
			}
			fate := "kept its champion"
			if result.Promoted {
				fate = "promoted"
			}
			fmt.Fprintf(c.OutOrStdout(), "%s %s: %s\n%s\nload: %s\n", p.Service, fate, result.Model, result.Why, result.Load)
			for _, note := range result.Load.Notes {
				fmt.Fprintf(c.OutOrStdout(), "note: %s\n", command.Escaped(note))
			}
			return nil
		},
	}
	command.PolicyFlag(c, &path)
	replay.Flags(c)
	command.JSONFlag(c, &asJSON)
	return c
}
