// Package live is the commands about the controller, which decides from minute to minute.
// They need the bucket alone: a controller can be switched off with Temporal away.
package live

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"headroom/capacity"
	"headroom/controller"
	"headroom/internal/cli/command"
	"headroom/internal/cli/session"
)

// Command is `headroom live`.
func Command() *cobra.Command {
	c := &cobra.Command{
		Use:   "live",
		Short: "Says what the controller decides, and switches it off and on",
		Long: `Where a policy says control: {live: auto} (or raise-only, or shadow), a controller
decides from minute to minute how many units the service runs, within what its
conductor allows. These commands need the bucket alone.`,
		Args: command.KnownCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(offCommand(), onCommand(), statusCommand())
	return c
}

// keyOf is where the controller is switched off: of a service, or of all.
func keyOf(args []string) (key, which string) {
	if len(args) == 0 {
		return capacity.LiveOffAllKey, "all services"
	}
	return capacity.LiveOffKey(args[0]), args[0]
}

// oneServiceOr wants exactly one service, or none with --all.
func oneServiceOr(all *bool) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case !*all:
			if err := command.OneService(c, args); err != nil {
				return err
			}
			if !capacity.IsName(args[0]) {
				return fmt.Errorf("%q is no name of a service: use a-z, 0-9 and -: %w", args[0], command.ErrUsage)
			}
		case len(args) > 0:
			return fmt.Errorf("--all is every service, and %q is named besides: leave out one of the two: %w", args, command.ErrUsage)
		}
		return nil
	}
}

func offCommand() *cobra.Command {
	var by, why string
	var all bool
	c := &cobra.Command{
		Use:   "off SERVICE | --all --why TEXT",
		Short: "Switches the controller off: the plan decides again",
		Long: `Puts an object into the bucket. While it is there, the controller asks for nothing,
and the conductor carries out the plan again after five to six minutes at most; until
then the target keeps its number. It needs neither Temporal nor workers, only
permission to write to live-off/ of the bucket.`,
		Example: `  headroom live off chat --why "it follows a load test"
  headroom live off --all --why "an incident"`,
		Args: oneServiceOr(&all),
		RunE: func(c *cobra.Command, args []string) error {
			if err := session.Said(&by, why); err != nil {
				return err
			}
			store, err := session.OpenStore(c.Context())
			if err != nil {
				return err
			}
			key, which := keyOf(args)
			if err := replace(c.Context(), store, key, by+", "+time.Now().UTC().Format(time.RFC3339)+": "+why); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "the controller of %s is off: `headroom live on` ends that\n", which)
			return nil
		},
	}
	session.ByFlags(c, &by, &why)
	c.Flags().BoolVar(&all, "all", false, "every service")
	return c
}

// replace stores text under a key, whatever is there.
func replace(ctx context.Context, store capacity.Store, key, text string) error {
	for try := 1; ; try++ {
		_, version, err := store.Get(ctx, key)
		if err != nil && !errors.Is(err, capacity.ErrNotFound) {
			return err
		}
		if err = store.Swap(ctx, key, []byte(text), version); !errors.Is(err, capacity.ErrConflict) || try == 3 {
			return err
		}
	}
}

func onCommand() *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use:   "on SERVICE | --all",
		Short: "Lets the controller decide again, as the policy says",
		Long: `Removes what "live off" has put into the bucket. With --all it ends "live off --all";
a service that was switched off by itself stays off.`,
		Example: `  headroom live on chat
  headroom live on --all`,
		Args: oneServiceOr(&all),
		RunE: func(c *cobra.Command, args []string) error {
			store, err := session.OpenStore(c.Context())
			if err != nil {
				return err
			}
			key, which := keyOf(args)
			if _, _, err := store.Get(c.Context(), key); errors.Is(err, capacity.ErrNotFound) {
				fmt.Fprintf(c.OutOrStdout(), "the controller of %s was not switched off\n", which)
				return nil
			}
			if err := store.Delete(c.Context(), key); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "the controller of %s is no longer switched off\n", which)
			return nil
		},
	}
	c.Flags().BoolVar(&all, "all", false, "what was switched off for every service")
	return c
}

// standing is what is known of the controller.
type standing struct {
	Off      []switched `json:",omitempty"`
	Shards   []shard
	Services []service
}

// switched is a switch that is off.
type switched struct{ Key, Why string }

// shard is the lease of a shard.
type shard struct {
	Shard int
	controller.Lease
	Fresh bool
}

// service is what a controller may do, and what it decided last.
type service struct {
	Service string
	Shard   int
	Mode    controller.Mode
	Least   capacity.Units
	Most    capacity.Units
	Hold    string `json:",omitempty"`
	Expires time.Time
	Last    *controller.Status `json:",omitempty"` // nil: nothing was stored yet
}
