// Pictures runs the demonstration, looks at the Temporal UI and at the report
// with a headless Chromium, checks what is seen, and on demand takes the
// pictures of the README.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "pictures:", err)
		os.Exit(1)
	}
}

// run is the program; its error lists the checks that failed.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	flags := flag.NewFlagSet("pictures", flag.ContinueOnError)
	flags.SetOutput(stderr)
	checkout := flags.String("checkout", "../..", "the folder of Headroom's source")
	binary := flags.String("headroom", "", "the binary to look at (default bin/headroom of the checkout)")
	write := flags.Bool("write", false, "write the pictures into docs/pictures of the checkout")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	root, err := filepath.Abs(*checkout)
	if err != nil {
		return fmt.Errorf("find the checkout: %w", err)
	}
	if *binary == "" {
		*binary = filepath.Join(root, "bin", "headroom")
	}
	c := &checks{out: stdout}
	if *write {
		c.folder = filepath.Join(root, "docs", "pictures")
		if err := os.MkdirAll(c.folder, 0o755); err != nil {
			return fmt.Errorf("make the folder of pictures: %w", err)
		}
	}
	chromium, err := findChromium()
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "headroom-pictures-")
	if err != nil {
		return fmt.Errorf("make a folder for the report: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	browser, stop, err := startChromium(ctx, chromium)
	if err != nil {
		return err
	}
	defer stop()
	show := func(look func(context.Context, *demo, *checks) error, env ...string) (err error) {
		d, err := startDemo(ctx, *binary, root, filepath.Join(folder, "report.html"), stderr, env...)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, d.stop()) }()
		return look(browser, d, c)
	}
	key, err := newKey(ctx, *binary)
	if err != nil {
		return err
	}
	if err := errors.Join(show(look), show(checkSealed, "HEADROOM_CODEC_KEYS="+key)); err != nil {
		return err
	}
	return c.verdict()
}

// look checks what the Temporal UI and the report show.
func look(browser context.Context, d *demo, c *checks) error {
	if err := checkList(browser, d, c); err != nil {
		return err
	}
	for _, address := range d.runs {
		if err := checkRun(browser, address, c); err != nil {
			return err
		}
	}
	return checkReport(browser, d.report, c)
}
