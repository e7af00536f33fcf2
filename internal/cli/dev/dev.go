// Package dev is the commands that run servers on this machine, and those about their keys.
package dev

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"go.temporal.io/sdk/client"

	"headroom/internal/app"
	"headroom/internal/bounds"
	"headroom/internal/cli/command"
	"headroom/internal/cli/session"
	"headroom/internal/codec"
	"headroom/internal/devstack"
	"headroom/internal/proof"
)

// Command is `headroom dev`.
func Command() *cobra.Command {
	var s devstack.Settings
	var noWorker, onlyBuild bool
	c := &cobra.Command{
		Annotations: command.ServesUntilInterrupted,
		Use:         "dev",
		Short:       "Runs Temporal, its Web UI, an S3 server and a worker on this machine until ctrl-C",
		Long: `Runs Temporal, its Web UI, an S3 server and a worker on this machine until
ctrl-C. What they hold is kept in the data folder. The other commands find them
by the variables that are printed, and written to the file env in that folder.

The servers are for development: SQLite, and files without fsync. With keys in
the environment (see headroom codec), what Temporal keeps is sealed, and the Web
UI opens it. HEADROOM_METRICS=:9464 serves the worker's metrics on that address.`,
		Example: `  headroom dev &
  . .headroom/env
  headroom retrain chat`,
		Args: command.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := cmp.Or(command.Within("temporal-port", s.TemporalPort, 0, 65535), command.Within("ui-port", s.UIPort, 0, 65535), command.Within("s3-port", s.S3Port, 0, 65535)); err != nil {
				return err
			}
			s.Binary, s.Log = os.Getenv("HEADROOM_DEVSERVER"), c.ErrOrStderr()
			if onlyBuild {
				path, err := devstack.Build(c.Context(), s)
				if err == nil {
					fmt.Fprintln(c.OutOrStdout(), path)
				}
				return err
			}
			return dev(c.Context(), c.OutOrStdout(), c.ErrOrStderr(), s, !noWorker)
		},
	}
	c.Flags().StringVar(&s.Data, "data", ".headroom", "the folder that keeps the servers' state")
	c.Flags().IntVar(&s.TemporalPort, "temporal-port", 0, "the port of Temporal (default: a free one)")
	c.Flags().IntVar(&s.UIPort, "ui-port", 0, "the port of Temporal's Web UI (default: a free one)")
	c.Flags().IntVar(&s.S3Port, "s3-port", 0, "the port of the S3 server (default: a free one)")
	c.Flags().BoolVar(&onlyBuild, "build", false, "only build the servers into the cache, and print where")
	c.Flags().BoolVar(&noWorker, "no-worker", false, "run the servers alone, to start bin/worker yourself")
	return c
}

func dev(ctx context.Context, stdout, stderr io.Writer, s devstack.Settings, work bool) (err error) {
	seal, err := newUnsealer()
	if err != nil {
		return err
	}
	defer seal.close()
	s.Codec = seal.address()
	stack, err := devstack.Start(ctx, s)
	if err != nil {
		return err
	}
	defer func() {
		if stopErr := stack.Stop(); err == nil {
			err = stopErr
		}
	}()
	defer seal.serve(ctx, stack.UI)()
	workerKey := os.Getenv("HEADROOM_WORKER_KEY")
	if workerKey == "" { // what is kept was signed with it
		if workerKey, err = stack.Secret("worker-key", proof.NewKey); err != nil {
			return err
		}
	}
	workers, err := proof.ParseKeys(workerKey)
	if err != nil {
		return fmt.Errorf("HEADROOM_WORKER_KEY: %w", err)
	}
	public, err := workers.Public()
	if err != nil {
		return err
	}
	if work {
		_, stop, err := startWork(ctx, stack, seal.keys, workers, stderr)
		if err != nil {
			return err
		}
		defer stop()
	}
	settings := stackSettings(stack, seal.keys)
	allowed, err := bounds.Development(os.LookupEnv)
	if err != nil {
		return err
	}
	env := filepath.Join(stack.Data, "env")
	exports := fmt.Sprintf("export TEMPORAL_ADDRESS=%s\nexport HEADROOM_S3_ENDPOINT=%s\nexport HEADROOM_FLEET=%s\nexport AWS_REGION=%s AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s\n",
		stack.TemporalAddress, stack.S3Endpoint, command.ShellQuote(settings.Fleet), settings.S3.Region, stack.AccessKey, stack.SecretKey)
	if path, err := filepath.Abs(os.Getenv("HEADROOM_CODEC_KEY_FILE")); err == nil && os.Getenv("HEADROOM_CODEC_KEY_FILE") != "" {
		exports += fmt.Sprintf("export HEADROOM_CODEC_KEY_FILE=%s\n", command.ShellQuote(path))
	}
	exports += fmt.Sprintf("export HEADROOM_SOURCES=%s\nexport HEADROOM_TARGETS=%s\nexport HEADROOM_CHANNELS=%s\n",
		command.ShellQuote(allowed.Sources.String()), command.ShellQuote(allowed.Targets.String()), command.ShellQuote(allowed.Channels.String()))
	exports += fmt.Sprintf("export HEADROOM_WORKER_PUBLIC_KEY=%s\n", command.ShellQuote(public))
	if !work { // the workers to come need the same one
		exports += fmt.Sprintf("export HEADROOM_WORKER_KEY=%s\n", command.ShellQuote(workerKey))
	}
	// Renamed into place: whoever waits for the file finds all of it.
	err = os.WriteFile(env+".new", []byte(exports), 0o600)
	if err == nil {
		err = os.Rename(env+".new", env)
	}
	if err != nil {
		return fmt.Errorf("write the environment: %w", err)
	}
	fmt.Fprintf(stdout, "%s# or: . %s\n\nTemporal UI  %s\nload goes to s3://%s/, artefacts to s3://%s/; ctrl-C stops\n",
		exports, command.ShellQuote(env), stack.UI, devstack.HistoryBucket, devstack.Bucket)
	select {
	case <-ctx.Done():
		return nil
	case <-stack.Done():
		return stack.Err()
	}
}

// startWork connects to a stack and runs workers with those keys on it, until stop.
func startWork(ctx context.Context, stack *devstack.Stack, keys codec.Keys, workers proof.Keys, stderr io.Writer) (s session.Session, stop func(), err error) {
	settings := stackSettings(stack, keys)
	settings.WorkerKeys = workers
	if settings.Metrics, err = app.Metrics(os.LookupEnv); err != nil {
		return s, nil, err
	}
	if settings.Bounds, err = bounds.Development(os.LookupEnv); err != nil {
		return s, nil, err
	}
	if settings.Telemetry, err = app.Telemetry(os.LookupEnv); err != nil {
		return s, nil, err
	}
	stopServing, err := app.ServeTelemetry(ctx, &settings, session.Quiet(stderr))
	if err != nil {
		return s, nil, err
	}
	defer func() {
		if err != nil {
			stopServing()
		}
	}()
	if s.Store, err = app.OpenStore(ctx, settings); err != nil {
		return s, nil, err
	}
	if s.Temporal, err = app.DialWorker(ctx, settings, session.Quiet(stderr)); err != nil {
		return s, nil, err
	}
	stopWorkers, err := app.StartWorkers(ctx, settings, s.Temporal)
	if err != nil {
		s.Temporal.Close()
		return s, nil, err
	}
	return s, func() { stopWorkers(); s.Temporal.Close(); stopServing() }, nil
}

// stackSettings are the settings that reach a stack, and seal what it keeps if
// there are keys. Who speaks is found out as the environment says.
func stackSettings(stack *devstack.Stack, keys codec.Keys) app.Settings {
	s := app.Settings{
		Keys:     keys,
		Identity: app.Provider(os.LookupEnv),
		Owners:   app.Owners(os.LookupEnv),
		Temporal: client.Options{HostPort: stack.TemporalAddress},
		Bucket:   devstack.Bucket,
		Fleet:    filepath.Join(stack.Data, "fleet"),
	}
	s.S3.Endpoint, s.S3.Region, s.S3.AccessKey, s.S3.SecretKey = stack.S3Endpoint, "us-east-1", stack.AccessKey, stack.SecretKey
	return s
}
