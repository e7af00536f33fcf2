// Bench measures the forecasts of this module on public data: accuracy,
// calibration and speed, beside the methods that others use.
//
//	go run ./bench m4    -data DIR   M4 competition, against Naive2 and the published table
//	go run ./bench cloud -data DIR   rolling origins over a frozen list of load series
//	go run ./bench peers -data DIR   the same, beside statsforecast, Prophet and others
//	go run ./bench policies -data DIR what capacity costs under each policy, by simulation
//	go run ./bench events -data DIR   announced matches of the World Cup, by simulation
//	go run ./bench fuzz              random series that break forecasts
//
// README.md says where the data comes from. Before any score is printed, known
// results are reproduced to three decimals; if that fails, so does the command.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

// errUsage marks a call that has to be written differently.
var errUsage = errors.New("see go run ./bench -help")

const usage = `usage: go run ./bench m4|cloud|peers|policies|events|fuzz [flags]; -help after a command lists its flags`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(2)
	case err != nil:
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) == 0 || strings.Contains(args[0], "help") {
		fmt.Fprintln(stderr, usage)
		return flag.ErrHelp
	}
	commands := map[string]func(context.Context, request) error{"m4": m4, "cloud": cloud, "peers": peers, "policies": policies, "events": events, "fuzz": fuzz}
	command, known := commands[args[0]]
	if !known {
		return fmt.Errorf("no command %q: %w", args[0], errUsage)
	}
	r, err := parse(args, stdout, stderr)
	if err != nil {
		return err
	}
	return command(ctx, r)
}

// parse reads the flags of a command, whose name is the first of args.
func parse(args []string, stdout, stderr io.Writer) (request, error) {
	r := request{command: strings.Join(args, " "), stdout: stdout, stderr: stderr}
	models := "all"
	if args[0] == "peers" {
		models = "auto,ridge"
	}
	f := flag.NewFlagSet(args[0], flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&r.data, "data", os.Getenv("BENCH_DATA"), "folder of the data, see bench/README.md; default $BENCH_DATA")
	f.StringVar(&r.part, "part", "dev", "dev: origins to tune on; test: origins to report")
	f.StringVar(&r.models, "models", models, "comma-separated names; auto is the automatic choice, all is every model and auto")
	f.IntVar(&r.jobs, "jobs", 1, "forecasts at a time; it changes no forecast")
	f.BoolVar(&r.quantiles, "quantiles", false, "calibrate single models too, by a backtest of each; auto always is")
	f.StringVar(&r.seasons, "seasons", "", "steps of the seasons that the models are given, as 24,168, or none; default: those of the suite")
	f.StringVar(&r.write, "write", "", "Markdown file whose block of this suite is replaced by the result")
	switch args[0] {
	case "policies", "events":
		f.StringVar(&r.only, "only", "", "comma-separated names of traces; default: all")
		f.IntVar(&r.seeds, "seeds", 1, "how many draws of the arrivals")
		f.Float64Var(&r.share, "share", 0.01, "share of time in which capacity may be missing, at which costs are compared")
		f.Float64Var(&r.margin, "margin", 0.5, "part of that share which a setting must keep in training to be chosen")
		f.BoolVar(&r.every, "every", false, "also traces that are no load of a fleet: single machines, mentions")
	case "fuzz":
		f.IntVar(&r.series, "series", 100_000, "how many random series")
	case "m4":
		f.StringVar(&r.group, "group", "hourly", "hourly, weekly, or both with a comma")
	case "cloud":
		f.StringVar(&r.group, "grid", "1h", "1h, 5m, daily, or several with commas")
		f.StringVar(&r.half, "half", "", "a or b: every second series of the list; default: both")
	case "peers":
		f.StringVar(&r.group, "suite", "m4-hourly", "m4-hourly, m4-weekly, 1h, 5m, daily, or several with commas")
		f.StringVar(&r.peers, "peers", "", "comma-separated names; default: all")
		f.Float64Var(&r.limit, "limit", 120, "seconds of processor time for each peer; one that needs more answers for fewer series")
	}
	if err := f.Parse(args[1:]); err != nil {
		return r, err
	}
	switch {
	case f.NArg() > 0:
		return r, fmt.Errorf("what is %q? %w", f.Arg(0), errUsage)
	case r.data == "" && args[0] != "fuzz":
		return r, fmt.Errorf("name the folder of the data by -data or BENCH_DATA: %w", errUsage)
	case !slices.Contains([]string{"dev", "test"}, r.part):
		return r, fmt.Errorf("-part is %q and not dev or test: %w", r.part, errUsage)
	case !slices.Contains([]string{"", "a", "b"}, r.half):
		return r, fmt.Errorf("-half is %q and not a or b: %w", r.half, errUsage)
	case r.jobs < 1:
		return r, fmt.Errorf("-jobs is %d and not at least 1: %w", r.jobs, errUsage)
	}
	return r, nil
}
