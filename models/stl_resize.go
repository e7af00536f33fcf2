package models

// resize makes room for n steps, and for some more when it grows: a series is
// decomposed again as it grows.
func (d *stl) resize(n int) {
	if n > cap(d.v) {
		most := n + n/4
		wide := most + 2*d.season
		d.v, d.part, d.course = make([]float64, most), make([]float64, most), make([]float64, most)
		d.rough, d.spare, d.other = make([]float64, wide), make([]float64, wide), make([]float64, wide)
		d.steps, d.places = count(most), make([]int, most)
	}
	d.n, d.steps, d.places = n, d.steps[:n], d.places[:n]
	d.v, d.part, d.course = d.v[:n], d.part[:n], d.course[:n]
	d.rough, d.spare, d.other = d.rough[:n+2*d.season], d.spare[:n+2*d.season], d.other[:n+2*d.season]
}
