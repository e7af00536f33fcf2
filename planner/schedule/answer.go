package schedule

import "slices"

// An answer is a sequence that keeps all limits, or none yet.
type answer struct {
	units []int
	value value
}

// answerOf is a sequence with its value.
func (p *problem) answerOf(units []int) answer { return answer{units, p.worth(units)} }

// offer keeps units if they are better.
func (a *answer) offer(p *problem, units []int) {
	if v := p.worth(units); v.less(a.value) && p.keeps(v, p.use(units)) {
		a.units, a.value = slices.Clone(units), v
	}
}
