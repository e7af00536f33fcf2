package main

import (
	"context"
	"errors"
	"flag"
	"io"

	"headroom/devserver/lifecycle"
	"headroom/devserver/temporal"
)

// runTemporal is the command "devserver temporal".
func runTemporal(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var (
		settings  temporal.Settings
		stopOnEOF bool
	)
	flags := flag.NewFlagSet("devserver temporal", flag.ContinueOnError)
	flags.StringVar(&settings.IP, "ip", "127.0.0.1", "loopback `address` to listen on")
	flags.IntVar(&settings.Port, "port", 7233, "`port` of the Temporal frontend (gRPC)")
	flags.IntVar(&settings.UIPort, "ui-port", 8233, "`port` of the Web UI; 0 starts none")
	flags.IntVar(&settings.MetricsPort, "metrics-port", 0, "`port` of the Prometheus metrics; 0 keeps them off")
	flags.StringVar(&settings.Codec, "codec", "", "`address` of the codec server that the Web UI asks, such as http://127.0.0.1:8234")
	flags.StringVar(&settings.Database, "db", "", "SQLite `file`; created if it does not exist (required)")
	flags.StringVar(&settings.Namespace, "namespace", "default", "`name` of the namespace that must exist")
	flags.DurationVar(&settings.Retention, "retention", temporal.DefaultRetention, "how long a new namespace keeps closed workflows")
	flags.Func("search-attribute", "`NAME=Type` that must exist, for instance Service=Keyword; may be repeated", settings.AddAttribute)
	flags.StringVar(&settings.LogLevel, "log-level", "warn", "least severe `level` to log: debug, info, warn, error")
	flags.BoolVar(&stopOnEOF, "stop-on-stdin-eof", false, "stop when standard input is closed")
	if err := parse(flags, args, stderr); err != nil {
		return err
	}
	if stopOnEOF {
		ctx = lifecycle.UntilEOF(ctx)
	}

	server, err := temporal.Start(ctx, settings)
	if err != nil {
		return err
	}
	err = lifecycle.Announce(stdout, struct {
		Ready   bool   `json:"ready"`
		Address string `json:"address"`
		UI      string `json:"ui,omitempty"`
	}{true, server.Address, server.UI})
	if err == nil {
		<-ctx.Done()
	}
	return errors.Join(err, server.Stop())
}
