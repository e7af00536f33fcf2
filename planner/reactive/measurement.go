package reactive

import (
	"math"
	"time"

	"headroom/capacity"
)

// A Measurement is what is known of a service at one moment.
type Measurement struct {
	At       time.Time
	Load     float64        // in the unit that UnitRate is measured in; NaN: not known
	UnitRate float64        // load that one unit serves
	Units    capacity.Units // asked for
	Serving  capacity.Units // of these, what takes the load
}

// known reports whether anything can be decided.
func (m Measurement) known() bool {
	return m.Load >= 0 && !math.IsInf(m.Load, 0) && m.UnitRate > 0 && !math.IsInf(m.UnitRate, 0)
}

// utilisation is of the serving units; infinite if load meets none.
func (m Measurement) utilisation() float64 {
	if m.Load == 0 {
		return 0
	}
	return m.Load / (float64(m.Serving) * m.UnitRate)
}
