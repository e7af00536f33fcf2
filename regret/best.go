package regret

import (
	"cmp"
	"context"

	"headroom/capacity"
	"headroom/simulate"
)

// best is an oracle at the objective: with a price for missing units it is made
// for that, and for a service level it is the corner of the lower convex hull
// that takes the least money, and then the least time without capacity, of those
// that keep the level or come nearest to it.
func (w world) best(ctx context.Context, s *simulate.Simulation, p simulate.Policy, o capacity.Objective) (Account, simulate.Run, error) {
	var best Account
	var chosen simulate.Run
	settings := []float64{p.Setting()}
	if o.ServiceLevel > 0 {
		corners, err := s.Bound(ctx, p, 1-o.ServiceLevel)
		if err != nil {
			return best, chosen, err
		}
		settings = settings[:0]
		for _, c := range corners {
			settings = append(settings, c.Setting)
		}
	}
	broken := 0.0 // share of time beyond what the level allows
	for i, setting := range settings {
		run, err := s.Run(ctx, p.With(setting))
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
