package regret

import (
	"cmp"

	"headroom/capacity"
	"headroom/simulate"
)

// best is an oracle at the objective: with a price for missing units it is made
// for that, and for a service level it has the knob that takes the least money,
// and then the least time without capacity, of those that keep the level or come
// nearest to it.
func (w world) best(s *simulate.Simulation, p simulate.Policy, o capacity.Objective) (Account, simulate.Run, error) {
	var best Account
	var chosen simulate.Run
	knobs := p.Knobs()
	if o.Missing > 0 {
		knobs = knobs[:1]
	}
	broken := 0.0 // share of time beyond what the level allows
	for i, knob := range knobs {
		run, err := s.Run(p.With(knob))
		if err != nil {
			return best, chosen, err
		}
		score := w.score(run)
		a, beyond := account(p.Name(), score, o.Missing), 0.0
		if o.ServiceLevel > 0 {
			beyond = max(0, score.Share-(1-o.ServiceLevel))
		}
		order := cmp.Or(cmp.Compare(beyond, broken), cmp.Compare(a.Money(), best.Money()), cmp.Compare(a.Violation, best.Violation))
		if i == 0 || order < 0 {
			best, chosen, broken = a, run, beyond
		}
	}
	return best, chosen, nil
}

// dearest is the highest price of a missing unit-hour, in unit-hours.
const dearest = 1e9
