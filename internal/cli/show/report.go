package show

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/internal/cli/inforce"
)

// Report is `headroom report`.
func Report() *cobra.Command {
	var id, out string
	var asJSON bool
	c := &cobra.Command{
		Use:   "report SERVICE",
		Short: "Fetches the pages about the plan that is carried out and the one that waits",
		Long: `Fetches the page about the plan that is carried out, into SERVICE-report.html. If
another plan awaits approval, its page is written beside it, into
SERVICE-report-waiting.html. If there is neither, it is the page of the last plan.
The page is written anew whenever the plan is decided on, carried out or
overridden, and draws the load that was measured since.`,
		Args: command.OneService,
		RunE: func(c *cobra.Command, args []string) error {
			service := args[0]
			shown, store, err := inforce.PlansToShow(c.Context(), c.ErrOrStderr(), service, id)
			if err != nil {
				return err
			}
			for _, one := range shown {
				if err := asRecorded(c.Context(), store, c.ErrOrStderr(), service, one.ID); err != nil {
					return err
				}
			}
			if out == "-" {
				if len(shown) > 1 {
					return fmt.Errorf("plan %s is %s and plan %s is %s: say which by --plan: %w", shown[0].ID, shown[0].Is, shown[1].ID, shown[1].Is, command.ErrUsage)
				}
				page, _, err := store.Get(c.Context(), capacity.PlanKey(service, shown[0].ID, "report.html"))
				if err != nil {
					return err
				}
				_, err = c.OutOrStdout().Write(page)
				return err
			}
			file := cmp.Or(out, service+"-report.html")
			var all []reported
			for i, one := range shown {
				if i > 0 { // the plan that waits, beside the one that is carried out
					ext := filepath.Ext(file)
					file = strings.TrimSuffix(file, ext) + "-waiting" + ext
				}
				path, err := FetchReport(c.Context(), store, service, one.ID, file)
				if err != nil {
					return err
				}
				all = append(all, reported{service, one.ID, one.Is, path})
			}
			if asJSON {
				return command.PrintJSON(c.OutOrStdout(), all)
			}
			for _, r := range all {
				is := ""
				if r.Is != "" {
					is = " (" + r.Is + ")"
				}
				fmt.Fprintf(c.OutOrStdout(), "plan %s%s: file://%s\n", r.Plan, is, r.File)
			}
			return nil
		},
	}
	c.Flags().StringVar(&id, "plan", "", "the plan's ID (default: the plan that is carried out and the one that waits)")
	c.Flags().StringVarP(&out, "out", "o", "", "the file to write, - for standard output (default SERVICE-report.html)")
	command.JSONFlag(c, &asJSON)
	return c
}

// A reported is where the page about a plan was written.
type reported struct {
	Service string
	Plan    string
	Is      string `json:",omitempty"` // what the plan is to its service
	File    string
}

// FetchReport writes a plan's page into a file, and returns the file's full
// path.
func FetchReport(ctx context.Context, store capacity.Store, service, plan, file string) (string, error) {
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
