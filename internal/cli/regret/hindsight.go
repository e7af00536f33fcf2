package regret

import (
	"context"
	"fmt"
	"io"

	"headroom/activities/fleet"
	"headroom/activities/lookback"
	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/internal/cli/fleetrun"
	"headroom/internal/cli/putpolicy"
	"headroom/internal/cli/session"
	"headroom/regret"
	"headroom/workflows"
)

// A hindsight is what a look back at one service came to.
type hindsight struct {
	Service string
	Stored  string // where all of it is
	Tally   regret.Tally
	Regret  regret.Difference
	Saving  regret.Difference
	Gaps    []regret.Gap
	Notes   []string
	all     regret.Comparison
}

// A lookedBack is what a look back tells, as JSON.
type lookedBack struct {
	Services []hindsight
	All      hindsight    // together
	LeftOut  []uncompared // of which nothing can be compared
	Failures []uncompared
	Summary  string // of a fleet's run; empty: there was none
}

// An uncompared is a service that was not compared.
type uncompared struct{ Service, Why string }

// nothingYet has lists that are empty, and not missing, in JSON.
func nothingYet() lookedBack {
	return lookedBack{Services: []hindsight{}, LeftOut: []uncompared{}, Failures: []uncompared{}}
}

// lookBackAtOne runs the workflow of one service.
func lookBackAtOne(ctx context.Context, s session.Session, stderr io.Writer, policies []capacity.Policy, window capacity.Window) (lookedBack, error) {
	p := policies[0]
	policy, err := putpolicy.One(ctx, s, stderr, p, "", "applied by headroom regret")
	if err != nil {
		return lookedBack{}, err
	}
	var result lookback.RegretResult
	caller, err := s.Caller(workflows.RegretID(p.Service), "Regret")
	if err != nil {
		return lookedBack{}, err
	}
	in := workflows.RegretInput{Caller: caller, Service: p.Service, PolicyHash: policy.Hash, Window: window}
	if err := s.Run(ctx, stderr, workflows.RegretID(p.Service), "reviews "+p.Service, workflows.Regret, in, &result); err != nil {
		return lookedBack{}, err
	}
	told := nothingYet()
	return told, told.add(ctx, s.Store, p.Service, result.Stored.Key)
}

// lookBackAtAll runs the workflow of a fleet.
func lookBackAtAll(ctx context.Context, s session.Session, stderr io.Writer, policies []capacity.Policy, window capacity.Window) (lookedBack, error) {
	told := nothingYet()
	applied, err := putpolicy.All(ctx, s, stderr, policies, "", "applied by headroom regret")
	if err != nil {
		return told, err
	}
	list, err := fleetrun.PutFleet(ctx, s.Store, fleetrun.Members(policies, applied))
	if err != nil {
		return told, err
	}
	caller, err := s.Caller(workflows.FleetID(fleet.Regret), "Fleet")
	if err != nil {
		return told, err
	}
	in := workflows.FleetState{Caller: caller, Kind: fleet.Regret, List: list, Window: window}
	run, err := s.Start(ctx, stderr, workflows.FleetID(in.Kind), fmt.Sprintf("reviews %s", capacity.Count(len(policies), "service")), workflows.Fleet, in)
	if err != nil {
		return told, err
	}
	var result fleet.SummariseResult
	bar := command.NewProgress(stderr, nil)
	err = s.Wait(ctx, stderr, run, &result, func() bool { fleetrun.TellFleet(ctx, s, run.GetID(), bar); return false })
	bar.Clear()
	if err != nil {
		return told, err
	}
	var summary fleet.Summary
	if err := session.ReadJSON(ctx, s.Store, result.Summary.Key, &summary); err != nil {
		return told, err
	}
	told.Summary = result.Summary.Key
	for _, f := range summary.Failures {
		told.Failures = append(told.Failures, uncompared{f.Service, f.Why})
	}
	for _, entry := range summary.Services {
		if entry.Regret == nil {
			told.LeftOut = append(told.LeftOut, uncompared{entry.Service, entry.Why})
			continue
		}
		if err := told.add(ctx, s.Store, entry.Service, entry.Regret.Stored.Key); err != nil {
			return told, err
		}
	}
	return told, nil
}

// Add reads the stored comparison of a service.
func (l *lookedBack) add(ctx context.Context, store capacity.Store, service, key string) error {
	h := hindsight{Service: service, Stored: key}
	if err := session.ReadJSON(ctx, store, key, &h.all); err != nil {
		return err
	}
	h.Gaps, h.Notes = h.all.Gaps, h.all.Notes
	h.tally(h.all.Tally)
	l.Services = append(l.Services, h)
	l.All.tally(l.All.Tally.Plus(h.Tally))
	return nil
}

// tally says what a tally comes to.
func (h *hindsight) tally(t regret.Tally) {
	h.Tally, h.Regret, h.Saving = t, t.Regret(), t.Saving()
}
