package capacity

// A Part is what one holiday or event does to a forecast: the rest of it is the
// ordinary load, which trend and seasons give.
type Part struct {
	Name   string
	Source string // where its size is from, such as "declared" or "as measured in sale-1"
	// Uplift is what it does where it has its whole effect; of a holiday, on the
	// mean of its steps.
	Uplift Uplift
	First  int // the first step of the forecast that it changes
	// Change is what it adds to the median of that step, and of each after it, in
	// the unit of the forecast: negative where load falls.
	Change []float64
}

// At is what the part adds to the median of step t.
func (p Part) At(t int) float64 {
	if t < p.First || t >= p.First+len(p.Change) {
		return 0
	}
	return p.Change[t-p.First]
}

// Ordinary is the median of step t without the parts.
func (f Forecast) Ordinary(t int) float64 {
	v := f.Quantile(0.5, t)
	for _, p := range f.Parts {
		v -= p.At(t)
	}
	return max(0, v)
}
