package unitrate

import (
	"math"

	"github.com/sajari/regression"
)

// A Form is the shape of the curve that was read.
type Form string

// The forms, simplest first.
const (
	Line       Form = "line"       // the signal grows in proportion to load per unit
	Bend       Form = "bend"       // and with its square
	Contention Form = "contention" // and with load per unit times the other units
	Coherency  Form = "coherency"  // and with load per unit times the pairs of units
	Scaling    Form = "scaling"    // the universal scalability law: contention and coherency
	Proportion Form = "proportion" // load per unit over utilisation, where that is held near the aim
)

// A form is a shape with its terms, each of which is zero without load.
type form struct {
	name  Form
	terms func(x, n float64) []float64
}

var forms = []form{
	{Line, func(x, _ float64) []float64 { return []float64{x} }},
	{Bend, func(x, _ float64) []float64 { return []float64{x, x * x} }},
	{Contention, func(x, n float64) []float64 { return []float64{x, x * (n - 1)} }},
	{Coherency, func(x, n float64) []float64 { return []float64{x, x * n * (n - 1)} }},
	{Scaling, func(x, n float64) []float64 { return []float64{x, x * (n - 1), x * n * (n - 1)} }},
}

// A curve is a form with coefficients: the constant, then one for each term.
type curve struct {
	form  form
	coeff []float64
}

// fit puts a curve of the form through cells, by least squares. It is not ok if
// they do not determine it. The regression forms matrices as wide as there are
// cells, which is why it is given few.
func fit(f form, cells []cell) (curve, bool) {
	if len(cells) < len(f.terms(0, 0))+3 {
		return curve{}, false
	}
	// Terms of about the same size keep the matrix well-conditioned.
	scale := make([]float64, len(f.terms(0, 0)))
	for _, c := range cells {
		for j, v := range f.terms(c.x, c.n) {
			scale[j] = max(scale[j], math.Abs(v))
		}
	}
	var r regression.Regression
	for _, c := range cells {
		terms := f.terms(c.x, c.n)
		for j := range terms {
			terms[j] /= scale[j]
		}
		r.Train(regression.DataPoint(c.y, terms))
	}
	if r.Run() != nil {
		return curve{}, false
	}
	out := curve{f, r.GetCoeffs()}
	for j, v := range out.coeff {
		if j > 0 {
			v /= scale[j-1]
			out.coeff[j] = v
		}
		// A singular design gives no error, but such numbers.
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return curve{}, false
		}
	}
	return out, len(out.coeff) == len(scale)+1
}

// slope is what load per unit adds to the signal at its beginning.
func (c curve) slope() float64 { return c.coeff[1] }

// bend is the coefficient that the next simpler form does not have.
func (c curve) bend() float64 {
	if len(c.coeff) == 0 {
		return 0
	}
	return c.coeff[len(c.coeff)-1]
}

// y is the signal of load per unit x among n units.
func (c curve) y(x, n float64) float64 {
	sum := c.coeff[0]
	for j, v := range c.form.terms(x, n) {
		sum += c.coeff[j+1] * v
	}
	return sum
}

// grows reports whether the signal grows with load per unit wherever it was
// seen, and other units never help: what the forms mean.
func (c curve) grows(g grouped) bool {
	if c.form.name == Bend {
		steep := func(x float64) bool { return c.coeff[1]+2*c.coeff[2]*x > 0 }
		return steep(g.least()) && steep(g.seen())
	}
	for _, v := range c.coeff[2:] {
		if v < 0 {
			return false
		}
	}
	return c.coeff[1] > 0
}

// at is the load per unit with the signal at level, among the most units that
// were seen. Beyond what was seen a bend goes on straight.
func (c curve) at(level float64, g grouped) float64 {
	if c.form.name != Bend {
		n := g.units()
		return (level - c.coeff[0]) / (c.y(1, n) - c.coeff[0])
	}
	a, b, q := c.coeff[0], c.coeff[1], c.coeff[2]
	low, high := g.least(), g.seen()
	for _, end := range []float64{low, high} {
		if y := c.y(end, 1); (end == low && level <= y) || (end == high && level >= y) {
			return end + (level-y)/(b+2*q*end)
		}
	}
	// Between the ends it grows, so this root, written without cancellation, is
	// the one inside.
	return 2 * (level - a) / (b + math.Sqrt(max(0, b*b+4*q*(level-a))))
}

// usl are contention and coherency of the universal scalability law.
func (c curve) usl() (contention, coherency float64) {
	switch c.form.name {
	case Line, Bend, Proportion:
	case Scaling:
		return c.coeff[2] / c.coeff[1], c.coeff[3] / c.coeff[1]
	case Contention:
		return c.coeff[2] / c.coeff[1], 0
	case Coherency:
		return 0, c.coeff[2] / c.coeff[1]
	}
	return 0, 0
}
