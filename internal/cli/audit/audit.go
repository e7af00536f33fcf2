// Package audit is the commands that show and verify the record of decisions.
package audit

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"headroom/activities/live"
	"headroom/activities/planning"
	"headroom/activities/retraining"
	"headroom/audit"
	"headroom/capacity"
	"headroom/executor/event"
	"headroom/internal/cli/command"
	"headroom/internal/cli/session"
)

// Command is `headroom audit` with the commands below it.
func Command() *cobra.Command {
	c := &cobra.Command{
		Use:   "audit",
		Short: "Shows the record of decisions on a service, and proves that it is whole",
		Long: `Shows the record of decisions on a service: plans with what they rest on, who
approved, what persons ordered or were refused, what was asked of the targets and
what they answered. Each record holds the hash of the one before.`,
		Args: command.KnownCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(auditShowCommand(), auditVerifyCommand(), auditHeadCommand())
	return c
}

// auditWish is which records somebody wants to see.
type auditWish struct {
	last  int
	kinds []string
	plan  string
	since string

	from time.Time
}

func auditShowCommand() *cobra.Command {
	var w auditWish
	var asJSON bool
	c := &cobra.Command{
		Use:   "show SERVICE",
		Short: "Shows the newest decisions on a service, the newest last",
		Example: `  headroom audit show chat
  headroom audit show chat --kind ordered,refused --since 2026-11-01T00:00:00Z
  headroom audit show chat --plan 3f2a9c --json`,
		Args: command.OneService,
		RunE: func(c *cobra.Command, args []string) error {
			if err := w.check(); err != nil {
				return err
			}
			store, err := session.OpenStore(c.Context())
			if err != nil {
				return err
			}
			var records []audit.Record
			for r, err := range audit.Read(c.Context(), store, args[0]) {
				if err != nil {
					return err
				}
				if r.At.Before(w.from) || len(records) == w.last {
					break
				}
				if w.wants(r) {
					records = append(records, r)
				}
			}
			slices.Reverse(records)
			if asJSON {
				return printRecordsJSON(c.OutOrStdout(), records)
			}
			return printRecords(c.OutOrStdout(), records)
		},
	}
	f := c.Flags()
	f.IntVar(&w.last, "last", 50, "at most so many")
	f.StringSliceVar(&w.kinds, "kind", nil, "only of these kinds: "+strings.Join(kindNames(), ", "))
	f.StringVar(&w.plan, "plan", "", "only about the plan with this ID, or the beginning of it")
	f.StringVar(&w.since, "since", "", "none older than this time (RFC 3339)")
	command.JSONFlag(c, &asJSON)
	return c
}

// Check reads what the flags say.
func (w *auditWish) check() error {
	if w.last < 1 {
		return fmt.Errorf("--last %d: ask for 1 or more: %w", w.last, command.ErrUsage)
	}
	for _, kind := range w.kinds {
		if !slices.Contains(kindNames(), kind) {
			return fmt.Errorf("--kind %q: choose from %s: %w", kind, strings.Join(kindNames(), ", "), command.ErrUsage)
		}
	}
	var err error
	if w.since != "" {
		if w.from, err = time.Parse(time.RFC3339, w.since); err != nil {
			return fmt.Errorf("--since %q: write a time such as 2026-03-08T00:00:00Z: %w", w.since, command.ErrUsage)
		}
	}
	return nil
}

func (w *auditWish) wants(r audit.Record) bool {
	return (len(w.kinds) == 0 || slices.Contains(w.kinds, string(r.Kind))) && strings.HasPrefix(r.Plan, w.plan)
}

func kindNames() []string {
	var names []string
	for _, k := range audit.Kinds() {
		names = append(names, string(k))
	}
	return names
}

func printRecords(w io.Writer, records []audit.Record) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "#\tTIME\tKIND\tBY\tWHAT\tWHY")
	for _, r := range records {
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%s\n", r.Sequence, r.At.UTC().Format(time.RFC3339), r.Kind, command.Escaped(r.By), command.Escaped(r.Text), command.Escaped(r.Why))
	}
	return table.Flush()
}

// A shownRecord is a record as it is shown to machines.
type shownRecord struct {
	Sequence int64
	Service  string
	At       time.Time
	Kind     audit.Kind
	By       string `json:",omitempty"`
	Why      string `json:",omitempty"`
	Plan     string `json:",omitempty"`
	Verdict  string `json:",omitempty"`
	Text     string
	Facts    any `json:",omitempty"`
	Previous capacity.Ref
}

func printRecordsJSON(w io.Writer, records []audit.Record) error {
	var shown []shownRecord
	for _, r := range records {
		s := shownRecord{r.Sequence, r.Service, r.At, r.Kind, r.By, r.Why, r.Plan, r.Verdict, r.Text, factsOf(r.Kind), r.Previous}
		if s.Facts != nil && len(r.Facts) > 0 {
			if err := json.Unmarshal(r.Facts, s.Facts); err != nil {
				return fmt.Errorf("read the facts of record %d: %w", r.Sequence, err)
			}
		} else {
			s.Facts = nil // of that kind some records have none
		}
		shown = append(shown, s)
	}
	return command.PrintJSON(w, shown)
}

// factsOf is what to read the facts of a kind of record into.
func factsOf(kind audit.Kind) any {
	switch kind { //nolint:exhaustive // the others have none
	case audit.Planned:
		return new(planning.PlanFacts)
	case audit.Acted:
		return new([]capacity.Outcome)
	case audit.Promoted:
		return new(retraining.Champion)
	case audit.Bounded:
		return new(event.Raise)
	case audit.Live:
		return new(live.Facts)
	case audit.Refused:
		return new(capacity.Identity)
	case audit.Forgotten:
		return new(audit.Forgetting)
	}
	return nil
}

func auditVerifyCommand() *cobra.Command {
	var head string
	var signed signedHeads
	var asJSON bool
	c := &cobra.Command{
		Use:   "verify SERVICE...",
		Short: "Proves that no record was changed, dropped or moved, nor the head lost or put back",
		Long: `Reads all records of a service, the newest first, and checks each against the
hash that the one after it holds. Who may write to the bucket could replace all
records: note the hash that this command and every notice say somewhere else, and
check later with --head that it is still part of the chain, or have ` + "`headroom audit head`" + `
sign it, and check with --signed.`,
		Example: `  headroom audit verify chat
  headroom audit verify chat --head 9f86d081884c
  headroom audit verify --signed heads-2026-11-30.txt --key head-public.pem`,
		Args: func(_ *cobra.Command, args []string) error {
			if (signed.file == "") != (signed.key == "") || signed.file != "" && head != "" {
				return fmt.Errorf("give --signed and --key together, and not with --head: %w", command.ErrUsage)
			}
			if len(args) == 0 && signed.file == "" || head != "" && len(args) > 1 {
				return fmt.Errorf("name services, and with --head exactly one, got %q: %w", args, command.ErrUsage)
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			store, err := session.OpenStore(c.Context())
			if err != nil {
				return err
			}
			var found []audit.Verification
			if signed.file != "" {
				if found, err = signed.verify(c.Context(), store, args); err != nil {
					return err
				}
				args = nil
			}
			for _, service := range args {
				v, err := audit.Verify(c.Context(), store, service, head)
				if err != nil {
					return err
				}
				found = append(found, v)
			}
			if asJSON {
				return command.PrintJSON(c.OutOrStdout(), found)
			}
			for _, v := range found {
				fmt.Fprintf(c.OutOrStdout(), "%s: records %d to %d are whole; the newest has the hash %s\n", v.Service, v.First, v.Newest, v.Head)
			}
			return nil
		},
	}
	c.Flags().StringVar(&signed.file, "signed", "", "`FILE` of heads that headroom audit head has signed, which must be part of the chains; without SERVICE of all services in it")
	c.Flags().StringVar(&signed.key, "key", "", "`FILE` of the public key that the heads were signed for (PEM)")
	c.Flags().StringVar(&head, "head", "", "a hash that was noted earlier, or its beginning, which must be part of the chain")
	command.JSONFlag(c, &asJSON)
	return c
}
