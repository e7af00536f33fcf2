package cli

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"headroom/capacity"
)

func reportCommand() *cobra.Command {
	var id, out string
	var asJSON bool
	c := &cobra.Command{
		Use:   "report SERVICE",
		Short: "Fetches the page about the service's plan",
		Args:  oneService,
		RunE: func(c *cobra.Command, args []string) error {
			service := args[0]
			store, err := openStore(c.Context())
			if err != nil {
				return err
			}
			stored, err := storedPlan(c.Context(), store, service, id)
			if err != nil {
				return err
			}
			if out == "-" {
				page, _, err := store.Get(c.Context(), capacity.PlanKey(service, stored.Plan.ID, "report.html"))
				if err != nil {
					return err
				}
				_, err = c.OutOrStdout().Write(page)
				return err
			}
			path, err := fetchReport(c.Context(), store, service, stored.Plan.ID, cmp.Or(out, service+"-report.html"))
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), reported{service, stored.Plan.ID, path})
			}
			fmt.Fprintf(c.OutOrStdout(), "plan %s: file://%s\n", stored.Plan.ID, path)
			return nil
		},
	}
	c.Flags().StringVar(&id, "plan", "", "the plan's ID (default: the one made last)")
	c.Flags().StringVarP(&out, "out", "o", "", "the file to write, - for standard output (default SERVICE-report.html)")
	jsonFlag(c, &asJSON)
	return c
}

// A reported is where the page about a plan was written.
type reported struct {
	Service string
	Plan    string
	File    string
}

// fetchReport writes a plan's page into a file, and returns the file's full
// path.
func fetchReport(ctx context.Context, store capacity.Store, service, plan, file string) (string, error) {
	page, _, err := store.Get(ctx, capacity.PlanKey(service, plan, "report.html"))
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(file, page, 0o644); err != nil {
		return "", fmt.Errorf("write the report: %w", err)
	}
	path, err := filepath.Abs(file)
	if err != nil {
		return "", fmt.Errorf("find the report: %w", err)
	}
	return path, nil
}
