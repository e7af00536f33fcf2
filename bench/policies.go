package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"headroom/simulate"
	known "headroom/simulate/baseline"
)

// leads are the lead times that policies are compared at.
var leads = []time.Duration{30 * time.Second, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute}

// ours, oracle and the rivals that the best is taken of.
const (
	ours   = "Headroom"
	oracle = "oracle"
)

var rivals = []string{"Kubernetes HPA", "AWS predictive scaling", "look-back of a week", "cron"}

// policies compares ways to decide how many units to run, on real traces.
func policies(ctx context.Context, r request) error {
	var all []comparison
	for seed := range uint64(r.seeds) {
		found, err := trials(r, seed)
		if err != nil {
			return err
		}
		for _, t := range found {
			c, err := compare(ctx, r, t)
			if err != nil {
				return fmt.Errorf("trace %s: %w", t.name, err)
			}
			for _, one := range c {
				fmt.Fprintln(r.stderr, one)
			}
			all = append(all, c...)
		}
	}
	text, err := verdicts(all, r.share)
	if err != nil {
		return err
	}
	return publishBlock(ctx, r, "policies-"+r.part, text)
}

// A comparison is what the policies did on one trace at one lead time.
type comparison struct {
	trace string
	lead  time.Duration
	share float64
	cost  map[string]float64 // by policy, at the share of missing capacity; absent: out of its reach
	// promised is the share on the reported part with the knob that was the
	// cheapest on the training part to keep the share there; absent: no knob did.
	promised map[string]float64
	scores   map[string]simulate.Score // with that knob
	oracle   float64
}

// best is the cheapest of the rivals.
func (c comparison) best() (name string, cost float64) {
	for _, n := range rivals {
		if v, ok := c.cost[n]; ok && (name == "" || v < cost) {
			name, cost = n, v
		}
	}
	return name, cost
}

// excess is by how much a policy costs more than the oracle, relative to how
// much the best rival does.
func (c comparison) excess(policy string) (float64, bool) {
	_, best := c.best()
	own, ok := c.cost[policy]
	if !ok || !(best > c.oracle) {
		return 0, false
	}
	return (own - c.oracle) / (best - c.oracle), true
}

func (c comparison) String() string {
	name, best := c.best()
	ratio, _ := c.excess(ours)
	return fmt.Sprintf("%-30s %5v  oracle %9.1f  %-20s %9.1f  ours %9.1f  excess ratio %.2f  delivered %.4f", c.trace, c.lead, c.oracle, name, best, c.cost[ours], ratio, c.promised[ours])
}

// compare runs every policy on t at every lead time.
func compare(ctx context.Context, r request, t trial) ([]comparison, error) {
	nowcasting := simulate.NewNowcasting(known.HPA{})
	if r.worth {
		nowcasting.Worth = 500
	}
	// What is forecast is shared between the runs, so it comes first.
	if first, err := simulate.New(t.rehearsed(leads[0])); err != nil {
		return nil, err
	} else if _, err := first.Run(nowcasting); err != nil {
		return nil, err
	}
	all := make([]comparison, len(leads))
	var jobs sync.WaitGroup
	errs := make([]error, len(leads))
	slots := make(chan struct{}, r.jobs)
	for i, lead := range leads {
		jobs.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			if errs[i] = ctx.Err(); errs[i] == nil {
				all[i], errs[i] = at(r, t, lead, nowcasting)
			}
		})
	}
	jobs.Wait()
	return all, errors.Join(errs...)
}

// at compares at one lead time.
func at(r request, t trial, lead time.Duration, nowcasting simulate.Policy) (comparison, error) {
	c := comparison{
		trace: t.name, lead: lead, share: r.share,
		cost: map[string]float64{}, promised: map[string]float64{}, scores: map[string]simulate.Score{},
	}
	reported, err := simulate.New(t.reported(lead))
	if err != nil {
		return c, err
	}
	rehearsed, err := simulate.New(t.rehearsed(lead))
	if err != nil {
		return c, err
	}
	bound, err := reported.Sweep(known.Oracle{Truth: t.load})
	if err != nil {
		return c, err
	}
	c.oracle, _ = simulate.Hull(bound).CostAt(r.share)
	for _, p := range append(known.Policies(), nowcasting, known.PerfectHPA{Truth: t.load}) {
		if r.models != "all" && !strings.Contains(r.models, p.Name()) && p.Name() != ours {
			continue
		}
		scores, err := reported.Sweep(p)
		if err != nil {
			return c, err
		}
		if cost, reach := simulate.Hull(scores).CostAt(r.share); reach != simulate.Stricter {
			c.cost[p.Name()] = cost
		}
		tried, err := rehearsed.Sweep(p)
		if err != nil {
			return c, err
		}
		// A knob that only just kept the promise in training is as likely as not
		// to break it, so every policy aims at some less.
		if i := cheapest(tried, r.share*r.margin); i >= 0 {
			c.promised[p.Name()], c.scores[p.Name()] = scores[i].Share, scores[i]
		}
	}
	return c, nil
}

// cheapest is the place of the cheapest score that keeps the share, or -1.
func cheapest(scores []simulate.Score, share float64) int {
	best := -1
	for i, s := range scores {
		if s.Share <= share && (best < 0 || s.Cost < scores[best].Cost) {
			best = i
		}
	}
	return best
}
