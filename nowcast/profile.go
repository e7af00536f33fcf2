package nowcast

// A profile is the distribution of the load by the hour of the week; of the
// day, as long as two weeks are not remembered; and at large in the first days.
// What is in it are whole hours, so that it changes only between two of them.
type profile struct {
	m     *memory
	hours []sketch
	rows  [][]float32 // quantiles of each, by level
	until int         // the first minute that is not in it
}

const hour = 60

// weeks is of how many weeks each hour is remembered, about.
const weeks = 30

var loadCells = cells{fine: 1, width: 0.008}

// newProfile is one for so many minutes.
func newProfile(m *memory, minutes int) *profile {
	switch {
	case minutes < 2*day:
		return emptyProfile(m, 1)
	case minutes < 2*week:
		return emptyProfile(m, day/hour)
	}
	return emptyProfile(m, week/hour)
}

func emptyProfile(m *memory, hours int) *profile {
	p := &profile{m: m, hours: make([]sketch, hours), rows: make([][]float32, hours)}
	for i := range p.hours {
		p.hours[i] = sketch{cells: loadCells, most: weeks * hour * m.per}
		p.rows[i] = make([]float32, len(levels))
	}
	return p
}

// see takes in the hour that ended before minute t, if one did.
func (p *profile) see(t int) {
	if t-p.until < hour {
		return
	}
	i := p.until / hour % len(p.hours)
	for ; p.until < t; p.until++ {
		for _, x := range p.m.within(p.until) {
			if x == x {
				p.hours[i].add(float64(x))
			}
		}
	}
	p.learn(i)
}

// learn brings the quantiles of an hour up to date; the cell at zero begins below it.
func (p *profile) learn(hour int) {
	p.hours[hour].quantiles(levels, p.rows[hour])
	for l, x := range p.rows[hour] {
		p.rows[hour][l] = max(0, x)
	}
}

// at is the quantiles of the load in minute t, in units, by level.
func (p *profile) at(t int) []float32 { return p.rows[t/hour%len(p.hours)] }
