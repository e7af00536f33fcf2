package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"os"

	"headroom/devserver/lifecycle"
	"headroom/devserver/objects"
)

// runS3 is the command "devserver s3".
func runS3(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var (
		settings  objects.Settings
		stopOnEOF bool
	)
	flags := flag.NewFlagSet("devserver s3", flag.ContinueOnError)
	flags.StringVar(&settings.IP, "ip", "127.0.0.1", "loopback `address` to listen on")
	flags.IntVar(&settings.Port, "port", 9000, "`port` of the S3 API")
	flags.StringVar(&settings.Root, "root", "", "`folder` that holds the objects; created if it does not exist (required)")
	flags.StringVar(&settings.AccessKey, "access", "", "access `key` of the only account (required)")
	flags.StringVar(&settings.SecretKey, "secret", "", "secret `key` of that account; DEVSERVER_S3_SECRET in the environment keeps it out of the process list")
	flags.Func("bucket", "`name` of a bucket that must exist; may be repeated", func(name string) error {
		settings.Buckets = append(settings.Buckets, name)
		return nil
	})
	flags.BoolVar(&stopOnEOF, "stop-on-stdin-eof", false, "stop when standard input is closed")
	if err := parse(flags, args, stderr); err != nil {
		return err
	}
	if settings.SecretKey == "" {
		settings.SecretKey = os.Getenv("DEVSERVER_S3_SECRET")
	}
	if stopOnEOF {
		ctx = lifecycle.UntilEOF(ctx)
	}

	server, err := objects.Start(ctx, settings)
	if err != nil {
		return err
	}
	err = lifecycle.Announce(stdout, struct {
		Ready    bool   `json:"ready"`
		Endpoint string `json:"endpoint"`
	}{true, server.Endpoint})
	if err == nil {
		err = server.Wait(ctx)
	}
	return errors.Join(err, server.Stop())
}
