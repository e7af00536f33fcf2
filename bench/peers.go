package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// allPeers are the methods of bench/peers/methods.py, the fastest first.
func allPeers() []string {
	return []string{
		"statsforecast-seasonal-naive", "statsforecast-theta", "statsforecast-mstl", "statsforecast-ets",
		"statsforecast-ces", "statsforecast-mfles", "statsforecast-arima", "prophet", "flair", "mlforecast-lightgbm",
	}
}

// peers measures other libraries beside ours: on the same histories, by the
// same measures, on one core each, in the same run.
func peers(ctx context.Context, r request) error {
	r.jobs = 1
	names := list(r.peers)
	if len(names) == 0 {
		names = allPeers()
	}
	for _, name := range names {
		if !slices.Contains(allPeers(), name) {
			return fmt.Errorf("no peer %q; there are %s: %w", name, strings.Join(allPeers(), ", "), errUsage)
		}
	}
	for _, group := range []string{"hourly", "weekly"} {
		if err := checkGolden(ctx, r, group); err != nil {
			return err
		}
	}
	home, err := install(ctx, r.stderr)
	if err != nil {
		return err
	}
	for _, name := range list(r.group) {
		if err := beside(ctx, r, home, name, names); err != nil {
			return err
		}
	}
	return nil
}

// beside runs the peers on one suite.
func beside(ctx context.Context, r request, home, group string, names []string) error {
	s, base, err := peerSuite(r, group)
	if err != nil {
		return err
	}
	ours, err := forecasters(r, s)
	if err != nil {
		return err
	}
	t := peerTable(s)
	var own []row       // the base and ours
	var measured string // the series that they were measured on
	var lost []string
	for _, name := range names {
		fmt.Fprintf(r.stderr, "%s: %s\n", s.title, name)
		theirs, err := runPeer(ctx, home, name, s, r.limit)
		if err != nil {
			return err
		}
		part, row := theirs.complete(s)
		if len(part.series) == 0 {
			t.add(append([]string{name, "–", "0"}, slices.Repeat([]string{"–"}, len(t.head)-3)...)...)
			continue
		}
		if strings.Join(part.series, "\n") != measured {
			if own, err = measureAll(ctx, r, part, append([]forecaster{base}, ours...)); err != nil {
				return err
			}
			measured = strings.Join(part.series, "\n")
		}
		row.stand(own[0].answers)
		for _, o := range own[1:] {
			if what := addPair(t, part, row, o, own[0]); len(what) > 0 {
				lost = append(lost, fmt.Sprintf("%s to %s on %s", o.name, name, strings.Join(what, ", ")))
			}
		}
	}
	s.name = "peers-" + s.name
	s.title = "peers on " + s.title
	s.notes = []string{fmt.Sprintf("Pairs are the peer's / ours on the same series. A peer has %g s of processor time; "+
		"one that needs more is compared on the series that it finished, in a fixed random order.", r.limit)}
	if len(lost) > 0 {
		s.notes = append(s.notes, "Ours loses: "+strings.Join(lost, "; ")+".")
	}
	versions, err := versions(home)
	if err != nil {
		return err
	}
	s.notes = append(s.notes, versions)
	return publish(ctx, r, s, t.String())
}

// peerSuite is a suite by name, and the base of its ratios.
func peerSuite(r request, name string) (suite, forecaster, error) {
	if group, isM4 := strings.CutPrefix(name, "m4-"); isM4 {
		s, err := m4Suite(r, group)
		return s, naive2Forecaster(), err
	}
	s, err := cloudSuite(r, name)
	if err != nil {
		return s, forecaster{}, err
	}
	base, err := seasonalNaive(s)
	return s, base, err
}

// isM4 tells the suites that are compared by the measures of the competition.
func (s suite) isM4() bool { return strings.HasPrefix(s.name, "m4-") }

func peerTable(s suite) *table {
	t := &table{head: []string{"peer", "ours", "series"}}
	if s.isM4() {
		t.head = append(t.head, "OWA", "sMAPE", "MASE")
	} else {
		for _, b := range s.blocks {
			t.head = append(t.head, b.name)
		}
		t.head = append(t.head, "MASE", "pinball")
	}
	t.head = append(t.head, "MSIS", "in 95 % PI", "forecasts/s", "ours is faster by", "failed")
	return t
}

// addPair adds a row: the peer's numbers / ours on the same series. It returns
// the errors in which the peer's is the smaller one.
func addPair(t *table, s suite, theirs, ours, base row) (lost []string) {
	a, b, against := judge(s, theirs.answers), judge(s, ours.answers), judge(s, base.answers)
	pair := func(x, y float64, places int) string { return decimal(x, places) + " / " + decimal(y, places) }
	cells := []string{theirs.name, ours.name, fmt.Sprint(len(s.series))}
	compare := func(what string, x, y float64) {
		cells = append(cells, pair(x, y, 3))
		if x < y {
			lost = append(lost, what)
		}
	}
	if s.isM4() {
		owa := func(x score) float64 {
			return (average(x.smape)/average(against.smape) + average(x.mase)/average(against.mase)) / 2
		}
		compare("OWA", owa(a), owa(b))
		compare("sMAPE", average(a.smape), average(b.smape))
		compare("MASE", average(a.mase), average(b.mase))
	} else {
		for i, of := range s.blocks {
			compare("MAE "+of.name, geometric(ratios(a.mae[i], against.mae[i])), geometric(ratios(b.mae[i], against.mae[i])))
		}
		compare("MASE", average(a.mase), average(b.mase))
		compare("pinball", geometric(ratios(a.pinball, against.pinball)), geometric(ratios(b.pinball, against.pinball)))
	}
	t.add(append(cells,
		pair(average(a.msis), average(b.msis), 2),
		percent(average(a.inside))+" / "+percent(average(b.inside)),
		rate(theirs.rate())+" / "+rate(ours.rate()),
		rate(ours.rate()/theirs.rate())+"×",
		fmt.Sprintf("%d / %d", theirs.failed, ours.failed))...)
	return lost
}

var errPeers = errors.New("the peers cannot be run")
