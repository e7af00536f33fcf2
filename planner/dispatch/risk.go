package dispatch

// A Risk tells what load a problem's pools leave unserved.
type Risk struct {
	loads  []Load
	losses []loss
}

// Risk is that of the problem, which must be one that [Solve] takes.
func (p Problem) Risk() Risk { return Risk{loads: p.Loads, losses: losses(p.Pools)} }

// Of is, for step t in which each pool runs so many units, the load that is
// expected to be missing and the chance that any is.
func (r Risk) Of(t int, units []int) (missing, chance float64) {
	for _, c := range r.losses {
		served := 0.0
		for i, n := range units {
			served += c.rates[i] * float64(n)
		}
		missing += c.chance * r.loads[t].short(served)
		chance += c.chance * r.loads[t].beyond(served)
	}
	return missing, chance
}
