package baseline_test

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/planner/reactive"
	"headroom/simulate"
	"headroom/simulate/baseline"
)

// TestScenarios runs testdata/scenarios/*.txt. The language has one command a
// line; # begins a comment.
//
//	case NAME                 begins a case; what was set before is forgotten
//	policy NAME key=value …   which policy, with which settings
//	tick 15s                  the tick
//	pool key=value …          rate, min, max, lead, start, drain, delay
//	train LOAD …              load that the policy has seen before it begins
//	load LOAD …               load that counts
//	want TIME UNITS           at so long after the beginning so many were asked for
//	want TIME..TIME UNITS     in all ticks from the first to the second
//	ready TIME UNITS          so many serve
//
// LOAD is VxN, the load V in N ticks; V+WxN, N ticks that begin with V and grow
// by W; or _xN, N ticks of which nothing is known. The load begins on a Monday
// at midnight. A policy sees at each tick the load of the ticks before.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/scenarios/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios: ", err)
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		file, text := filepath.Base(name), bufio.NewScanner(f)
		var sc *scenario
		for line := 1; text.Scan(); line++ {
			words, _, _ := strings.Cut(text.Text(), "#")
			fields := strings.Fields(words)
			switch {
			case len(fields) == 0:
			case fields[0] == "case":
				sc.check(t)
				sc = &scenario{name: file + "/" + strings.Join(fields[1:], "_"), c: simulate.Case{
					Load: capacity.Series{Start: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Step: 15 * time.Second},
					Pool: capacity.Pool{Name: "pool", Price: 1},
				}}
			case sc == nil:
				t.Fatalf("%s:%d: %q comes before any case", file, line, fields[0])
			default:
				if err := sc.command(fields[0], fields[1:]); err != nil {
					t.Fatalf("%s:%d: %v", file, line, err)
				}
			}
		}
		sc.check(t)
	}
}

type scenario struct {
	name    string
	c       simulate.Case
	policy  []string
	expects []expectation
}

type expectation struct {
	ready    bool
	from, to time.Duration
	units    int32
}

func (s *scenario) command(verb string, args []string) (err error) {
	switch verb {
	case "policy":
		s.policy = args
	case "tick":
		s.c.Load.Step, err = time.ParseDuration(args[0])
	case "pool":
		err = s.pool(args)
	case "train", "load":
		for _, a := range args {
			if err := s.load(a); err != nil {
				return err
			}
		}
		if verb == "train" {
			s.c.From = s.c.Load.Len()
		}
	case "want", "ready":
		from, to, isRange := strings.Cut(args[0], "..")
		if !isRange {
			to = from
		}
		e := expectation{ready: verb == "ready"}
		if e.from, err = time.ParseDuration(from); err != nil {
			return err
		}
		if e.to, err = time.ParseDuration(to); err != nil {
			return err
		}
		n, err := strconv.Atoi(args[1])
		e.units = int32(n)
		s.expects = append(s.expects, e)
		return err
	default:
		return fmt.Errorf("unknown command %q", verb)
	}
	return err
}

func (s *scenario) pool(args []string) error {
	for _, a := range args {
		key, value, _ := strings.Cut(a, "=")
		number, numberErr := strconv.ParseFloat(value, 64)
		long, longErr := time.ParseDuration(value)
		switch key {
		case "rate":
			s.c.Pool.UnitRate = number
		case "min":
			s.c.Pool.Min = capacity.Units(number)
		case "max":
			s.c.Pool.Max = capacity.Units(number)
		case "start":
			s.c.Start = capacity.Units(number)
		case "lead":
			s.c.Pool.LeadTime = long
		case "drain":
			s.c.Drain = long
		case "delay":
			s.c.Delay = long
		default:
			return fmt.Errorf("unknown setting %q of a pool", key)
		}
		if numberErr != nil && longErr != nil {
			return fmt.Errorf("%q is neither a number nor a time", a)
		}
	}
	return nil
}

func (s *scenario) load(text string) error {
	values, times, _ := strings.Cut(text, "x")
	n, err := strconv.Atoi(times)
	if err != nil {
		return fmt.Errorf("load %q: %w", text, err)
	}
	first, by, _ := strings.Cut(values, "+")
	v, step := math.NaN(), 0.0
	if first != "_" {
		if v, err = strconv.ParseFloat(first, 64); err != nil {
			return fmt.Errorf("load %q: %w", text, err)
		}
	}
	if by != "" {
		if step, err = strconv.ParseFloat(by, 64); err != nil {
			return fmt.Errorf("load %q: %w", text, err)
		}
	}
	for i := range n {
		s.c.Load.Values = append(s.c.Load.Values, v+step*float64(i))
	}
	return nil
}

func (s *scenario) check(t *testing.T) {
	t.Helper()
	if s == nil {
		return
	}
	t.Run(s.name, func(t *testing.T) {
		policy, err := policyOf(s.policy, s.c.Load)
		if err != nil {
			t.Fatal(err)
		}
		sim, err := simulate.New(s.c)
		if err != nil {
			t.Fatal(err)
		}
		run, err := sim.Run(t.Context(), policy)
		if err != nil {
			t.Fatal(err)
		}
		if len(s.expects) == 0 {
			t.Fatal("the case expects nothing")
		}
		for _, e := range s.expects {
			what, got := "asked for", run.Asked
			if e.ready {
				what, got = "ready", run.Ready
			}
			for at := e.from; at <= e.to; at += s.c.Load.Step {
				i := int(at / s.c.Load.Step)
				if i >= len(got) {
					t.Fatalf("%v is after the end of the load", at)
				}
				if got[i] != e.units {
					t.Errorf("at %v %d units are %s, want %d", at, got[i], what, e.units)
				}
			}
		}
	})
}

// policyOf makes a policy of the words of a scenario.
func policyOf(words []string, truth capacity.Series) (simulate.Policy, error) {
	if len(words) == 0 {
		return nil, fmt.Errorf("the case names no policy")
	}
	var hpa baseline.HPA
	var tracking baseline.TargetTracking
	setting := math.NaN()
	var record, season time.Duration
	for _, w := range words[1:] {
		key, value, _ := strings.Cut(w, "=")
		number, numberErr := strconv.ParseFloat(value, 64)
		long, longErr := time.ParseDuration(value)
		switch key {
		case "target", "margin", "price":
			setting = number
		case "external":
			hpa.External = value == "true"
		case "behavior":
			hpa.Behavior.Absent = value == "absent"
		case "down-window":
			hpa.Behavior.Down.Window = long
		case "down-pods":
			hpa.Behavior.Down.Limits = append(hpa.Behavior.Down.Limits, baseline.Limit{Pods: int(number), Per: time.Minute})
		case "down-percent":
			hpa.Behavior.Down.Limits = append(hpa.Behavior.Down.Limits, baseline.Limit{Percent: number, Per: time.Minute})
		case "down-select":
			hpa.Behavior.Down.Least = value == "min"
		case "up-window":
			hpa.Behavior.Up.Window = long
		case "cooldown":
			tracking.Cooldown = long
		case "period":
			tracking.Period = long
		case "record":
			record = long
		case "season":
			season = long
		default:
			return nil, fmt.Errorf("unknown setting %q of a policy", key)
		}
		if textual := key == "external" || key == "behavior" || key == "down-select"; numberErr != nil && longErr != nil && !textual {
			return nil, fmt.Errorf("%q is neither a number nor a time", w)
		}
	}
	fast := tracking
	fast.Fast = true
	policy, ok := map[string]simulate.Policy{
		"static-peak":    baseline.StaticPeak{},
		"static-mean":    baseline.StaticMean{},
		"dynamic":        baseline.Dynamic{},
		"threshold":      baseline.Threshold{Rule: reactive.Threshold{Cooldown: tracking.Cooldown}},
		"hpa":            hpa,
		"tracking":       tracking,
		"tracking-fast":  fast,
		"predictive":     baseline.AWSPredictive{},
		"lookback":       baseline.Lookback{HPA: hpa},
		"last-value":     baseline.LastValue{},
		"holt-winters":   baseline.HoltWinters{HPA: hpa, Season: season, Record: record},
		"knative":        baseline.Knative{},
		"crane":          baseline.Crane{},
		"cron":           baseline.Cron{},
		"perfect-hpa":    baseline.PerfectHPA{Truth: truth, HPA: hpa},
		"oracle":         baseline.Oracle{Truth: truth},
		"instant-oracle": baseline.InstantOracle{Truth: truth},
	}[words[0]]
	if !ok {
		return nil, fmt.Errorf("unknown policy %q", words[0])
	}
	if setting == setting {
		policy = policy.With(setting)
	}
	return policy, nil
}
