package regret

import (
	"math"

	"headroom/capacity"
)

// A Gap is a time that is not compared.
type Gap struct {
	capacity.Window
	Why string
}

// What is not known in a gap.
const (
	NoRecord = "no record of the units"
	NoLoad   = "no load was measured"
)

// gaps is what of the window is not compared.
func (w world) gaps() []Gap {
	var all []Gap
	for k, known := range w.known {
		why := ""
		switch {
		case !known:
			why = NoRecord
		case math.IsNaN(w.load.Values[k]):
			why = NoLoad
		default:
			continue
		}
		from, to := w.load.At(k), w.load.At(k+1)
		if last := len(all) - 1; last >= 0 && all[last].Why == why && all[last].To.Equal(from) {
			all[last].To = to
			continue
		}
		all = append(all, Gap{capacity.Window{From: from, To: to}, why})
	}
	return all
}
