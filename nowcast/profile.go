package nowcast

// A profile is the distribution of the load by the hour of the week; of the
// day, as long as two weeks are not remembered; and at large in the first days.
type profile struct {
	m       *memory
	horizon int
	period  int
	hours   map[int]*recent
}

const hour = 60

// weeks is of how many weeks each hour is remembered.
const weeks = 30

func newProfile(s shape, m *memory, minutes int) *profile {
	p := &profile{m: m, horizon: s.horizon, period: week, hours: map[int]*recent{}}
	if minutes < 2*week {
		p.period = day
	}
	if minutes < 2*day {
		p.period = hour
	}
	return p
}

// at is the distribution to which minute t belongs.
func (p *profile) at(t int) *recent {
	i := t / hour % (p.period / hour)
	if p.hours[i] == nil {
		p.hours[i] = &recent{most: weeks * hour * p.m.per}
	}
	return p.hours[i]
}

func (p *profile) judge(t int) {
	for _, x := range p.m.within(t) {
		if x == x {
			p.at(t).add(x)
		}
	}
}

func (p *profile) learn(int) {
	for _, h := range p.hours {
		h.sort()
	}
}

func (p *profile) quantiles(t int, to []float64) {
	h := p.at(t - 1 + p.horizon)
	for i, level := range levels {
		to[i] = h.quantile(level)
	}
}
