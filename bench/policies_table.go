package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"headroom/simulate"
)

// verdicts are the tables of the comparison.
func verdicts(all []comparison, share float64) (string, error) {
	var b strings.Builder
	names := map[string]bool{}
	for _, c := range all {
		for n := range c.cost {
			names[n] = true
		}
	}
	t := &table{head: []string{"policy"}}
	for _, lead := range leads {
		t.head = append(t.head, lead.String())
	}
	t.head = append(t.head, "≥ 2m", "95 % CI", "out of reach", "SLO met %", "actions/day")
	for _, name := range slices.Sorted(maps.Keys(names)) {
		cells := []string{name}
		for _, lead := range leads {
			cells = append(cells, decimal(geometric(excesses(all, name, lead, lead)), 2))
		}
		long := excesses(all, name, 2*time.Minute, time.Hour)
		cells = append(cells, decimal(geometric(long), 2))
		if ones := slices.Repeat([]float64{1}, len(long)); len(long) > 0 {
			p, err := simulate.Compare(long, ones, 1)
			if err != nil {
				return "", err
			}
			cells = append(cells, decimal(p.Low, 2)+"–"+decimal(p.High, 2))
		} else {
			cells = append(cells, "–")
		}
		var missing, met, actions mean
		for _, c := range all {
			_, ok := c.cost[name]
			missing.add(indicator(!ok))
			v, ok := c.delivered[name]
			met.add(indicator(ok && v <= share))
			if ok {
				actions.add(c.scores[name].PerDay)
			}
		}
		cells = append(cells, fmt.Sprint(math.Round(missing.value()*missing.n)), percent(met.value()), decimal(actions.value(), 0))
		t.add(cells...)
	}
	fmt.Fprintf(&b, "Excess cost over the oracle at %.2g %% of missing capacity, relative to the best of %s; geometric means over traces, by lead time. Less is better.\n\n%s\n", 100*share, strings.Join(rivals, ", "), t)
	b.WriteString(losses(all))
	return b.String(), nil
}

// excesses are those of one policy on all traces with lead times in [from, to].
func excesses(all []comparison, policy string, from, to time.Duration) []float64 {
	var list []float64
	for _, c := range all {
		if c.lead < from || c.lead > to {
			continue
		}
		if v, ok := c.excess(policy); ok {
			list = append(list, max(v, 0.01))
		}
	}
	return list
}

// losses are the cases in which the short-term forecaster costs more than the
// best rival. Where no rival reaches the level, it loses nothing.
func losses(all []comparison) string {
	t := &table{head: []string{"trace, lead time", "excess ratio", "best of the four"}}
	cases, lost, alone := 0, 0, 0
	for _, c := range all {
		best, _ := c.best()
		_, reached := c.cost[shortTerm]
		switch {
		case c.lead < 2*time.Minute:
			continue
		case best == "":
			alone++
			continue
		}
		cases++
		ratio, ok := c.excess(shortTerm)
		if ok && ratio <= 1 {
			continue
		}
		lost++
		text := decimal(ratio, 2)
		if !reached {
			text = "out of reach"
		}
		t.add(c.trace+", "+c.lead.String(), text, best)
	}
	text := fmt.Sprintf("With lead times from 2 minutes on, the short-term forecaster costs more than the best of the four in %d of %d cases", lost, cases)
	if alone > 0 {
		text += fmt.Sprintf(" (in %d more none of the four reaches the level)", alone)
	}
	if lost == 0 {
		return text + ".\n"
	}
	return text + ":\n\n" + t.String()
}

func indicator(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
