package dev

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"time"

	"github.com/spf13/cobra"

	"headroom/internal/app"
	"headroom/internal/cli/command"
	"headroom/internal/codec"
	"headroom/internal/proof"
)

// Codec is `headroom codec` with the commands below it.
func Codec() *cobra.Command {
	var listen string
	var behindProxy bool
	var s codec.Server
	c := &cobra.Command{
		Use:   "codec",
		Short: "Serves a codec server that decrypts payloads for Temporal's Web UI and command line",
		Long: `Serves a codec server that decrypts payloads for Temporal's Web UI and command line.

Where HEADROOM_CODEC_KEY_FILE or HEADROOM_CODEC_KEYS is set, workers and commands
seal what Temporal keeps. The Web UI then shows ciphers, until the person who
looks at it names this server as the codec endpoint, behind the glasses at its
upper right. The browser asks this server itself, so Temporal never sees a key.

Whoever reaches this server can open payloads. So it listens on loopback; on
another address it wants HEADROOM_CODEC_TOKEN, or the word that a proxy in front
of it lets in only who may.`,
		Example: `  headroom codec key --out keys.txt
  export HEADROOM_CODEC_KEY_FILE=$PWD/keys.txt
  headroom codec --origin http://127.0.0.1:8233`,
		Args: command.NoArgs,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			s.Token = os.Getenv("HEADROOM_CODEC_TOKEN")
			if s.Keys, err = app.Keys(os.LookupEnv); err != nil {
				return err
			}
			if s.Keys.None() {
				return fmt.Errorf("there are no keys: set HEADROOM_CODEC_KEY_FILE or HEADROOM_CODEC_KEYS; `headroom codec key` makes one: %w", codec.ErrKeys)
			}
			if s.Token == "" && !behindProxy && !onLoopback(listen) {
				return fmt.Errorf("anybody who reaches %s could open payloads: set HEADROOM_CODEC_TOKEN, or say --behind-proxy if a proxy lets in only who may: %w", listen, command.ErrUsage)
			}
			return serveCodec(c.Context(), c.OutOrStdout(), s, listen)
		},
	}
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:8234", "the address to listen on")
	c.Flags().StringSliceVar(&s.Origins, "origin", []string{"http://127.0.0.1:8233", "http://localhost:8233"}, "the addresses of Web UIs whose pages may ask")
	c.Flags().BoolVar(&behindProxy, "behind-proxy", false, "a proxy in front lets in only who may")
	c.AddCommand(codecKeyCommand(), workerKeyCommand(), publicKeyCommand())
	return c
}

func codecKeyCommand() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:   "key",
		Short: "Draws a key and prints it, as a line for the file of keys",
		Long: `Draws a key for AES-256-GCM and prints it, as a line for the file of keys. The
first line of that file encrypts; all lines decrypt what they have encrypted.

With --out it makes that file, which only its owner can read. A file that exists is
never overwritten.`,
		Example: `  headroom codec key --out keys.txt`,
		Args:    command.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			key := codec.NewKey(time.Now())
			if out == "" {
				fmt.Fprintln(c.OutOrStdout(), key)
				return nil
			}
			return writeKey(out, key)
		},
	}
	c.Flags().StringVar(&out, "out", "", "the file of keys to make (default: print the key)")
	return c
}

func workerKeyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "worker-key",
		Short: "Draws a key by which workers prove to each other what they send",
		Long: `Draws a key by which workers prove to each other what they send, and prints it.
All workers have the same one in HEADROOM_WORKER_KEY, and nobody else: whoever has it
can give orders in the name of events and retirements, answer for activities, and read the
tokens that commands send. It is not the key that encrypts payloads.`,
		Example: `  headroom codec worker-key`,
		Args:    command.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			fmt.Fprintln(c.OutOrStdout(), proof.NewKey())
			return nil
		},
	}
}

func publicKeyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "public-key",
		Short: "Prints the public key by which commands seal tokens for the workers",
		Long: `Prints the public key that belongs to the first key in HEADROOM_WORKER_KEY. Commands that
send a token have it in HEADROOM_WORKER_PUBLIC_KEY: the token is sealed by it, so that only
workers can read it in what Temporal keeps. The public key is no secret.`,
		Example: `  HEADROOM_WORKER_KEY=... headroom codec public-key`,
		Args:    command.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			keys, err := app.WorkerKeys(os.LookupEnv)
			if err != nil {
				return err
			}
			if keys.None() {
				return fmt.Errorf("HEADROOM_WORKER_KEY is not set: set it to the key of the workers, which `headroom codec worker-key` draws: %w", command.ErrUsage)
			}
			public, err := keys.Public()
			if err == nil {
				fmt.Fprintln(c.OutOrStdout(), public)
			}
			return err
		},
	}
}

// writeKey makes a file of keys with one key.
func writeKey(path, key string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("write the key: %s exists, and what its keys encrypt could not be read without them: name another file, or add the key that `headroom codec key` prints as a line: %w", path, command.ErrUsage)
	}
	if err != nil {
		return fmt.Errorf("write the key: %w", err)
	}
	_, err = fmt.Fprintln(file, key)
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("write the key: %w", err)
	}
	return nil
}

func serveCodec(ctx context.Context, stdout io.Writer, s codec.Server, listen string) error {
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("listen for the Web UI: %w: give another address with --listen", err)
	}
	fmt.Fprintf(stdout, "codec endpoint  http://%s  (key %s encrypts; ctrl-C stops)\n", listener.Addr(), s.Keys.First())
	return s.Serve(ctx, listener)
}

// onLoopback reports whether only this machine reaches an address.
func onLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}
