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

// shortTerm is the policy that is compared with the best of the rivals.
var shortTerm = simulate.Nowcasting{}.Name()

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
	// delivered is the share on the reported part with the setting that was the
	// cheapest on the training part to keep the share there; absent: no setting did.
	delivered map[string]float64
	scores    map[string]simulate.Score // with that setting
	oracle    float64
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
	ratio, _ := c.excess(shortTerm)
	return fmt.Sprintf("%-30s %5v  oracle %9.1f  %-20s %9.1f  short-term %9.1f  excess ratio %.2f  delivered %.4f", c.trace, c.lead, c.oracle, name, best, c.cost[shortTerm], ratio, c.delivered[shortTerm])
}

// compare runs every policy on t at every lead time.
func compare(ctx context.Context, r request, t trial) ([]comparison, error) {
	nowcasting := simulate.NewNowcasting()
	// What is forecast is shared between the runs, so it comes first.
	if first, err := simulate.New(t.rehearsed(leads[0])); err != nil {
		return nil, err
	} else if _, err := first.Run(ctx, nowcasting); err != nil {
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
				all[i], errs[i] = at(ctx, r, t, lead, nowcasting)
			}
		})
	}
	jobs.Wait()
	return all, errors.Join(errs...)
}

// at compares at one lead time.
func at(ctx context.Context, r request, t trial, lead time.Duration, nowcasting simulate.Policy) (comparison, error) {
	c := comparison{
		trace: t.name, lead: lead, share: r.share,
		cost: map[string]float64{}, delivered: map[string]float64{}, scores: map[string]simulate.Score{},
	}
	reported, err := simulate.New(t.reported(lead))
	if err != nil {
		return c, err
	}
	rehearsed, err := simulate.New(t.rehearsed(lead))
	if err != nil {
		return c, err
	}
	bound, err := reported.Bound(ctx, known.Oracle{Truth: t.load}, r.share)
	if err != nil {
		return c, err
	}
	c.oracle, _ = simulate.Hull(bound).CostAt(r.share)
	for _, p := range append(known.Policies(), nowcasting, known.PerfectHPA{Truth: t.load}) {
		if r.models != "all" && !strings.Contains(r.models, p.Name()) && p.Name() != shortTerm {
			continue
		}
		scores, err := reported.Sweep(ctx, p)
		if err != nil {
			return c, err
		}
		if cost, reach := simulate.Hull(scores).CostAt(r.share); reach != simulate.Stricter {
			c.cost[p.Name()] = cost
		}
		tried, err := rehearsed.Sweep(ctx, p)
		if err != nil {
			return c, err
		}
		// A setting that only just met the SLO in training is as likely as not to
		// miss it, so every policy aims at some less.
		if i := cheapest(tried, r.share*r.margin); i >= 0 {
			c.delivered[p.Name()], c.scores[p.Name()] = scores[i].Share, scores[i]
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
