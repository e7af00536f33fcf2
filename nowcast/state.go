package nowcast

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"headroom/capacity"
)

// A state is the name of its kind, the version of its form, what a [coder] wrote,
// and the checksum of all that.
const (
	stateName = "nowcast\x00"
	// stateVersion rises with every change of what is learnt or how it is kept. A
	// state of another version is of no use: what it held is learnt from the load.
	stateVersion = 1
	headerLen    = len(stateName) + 4
	sumLen       = 4
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// State is everything that the Nowcaster has learnt, for [Restore]. A service
// whose load is measured once a minute takes less than 300 kB.
func (n *Nowcaster) State() []byte {
	c := &coder{bytes: make([]byte, 0, 256<<10)}
	c.bytes = binary.LittleEndian.AppendUint32(append(c.bytes, stateName...), stateVersion)
	n.code(c)
	return binary.LittleEndian.AppendUint32(c.bytes, crc32.Checksum(c.bytes, castagnoli))
}

// Restore makes a Nowcaster that goes on as the one that had this State would
// have, bit for bit. It returns an [capacity.ErrBadData] if the bytes are damaged
// or of another version; then [Learn] makes a new one.
func Restore(state []byte) (*Nowcaster, error) {
	bad := func(format string, args ...any) (*Nowcaster, error) {
		return nil, fmt.Errorf("state of a short-term forecaster: %s; learn it anew from the load: %w", fmt.Sprintf(format, args...), capacity.ErrBadData)
	}
	if len(state) < headerLen+sumLen || string(state[:len(stateName)]) != stateName {
		return bad("these %d bytes are none", len(state))
	}
	if v := binary.LittleEndian.Uint32(state[len(stateName):]); v != stateVersion {
		return bad("its version is %d and this release reads version %d", v, stateVersion)
	}
	body := len(state) - sumLen
	if crc32.Checksum(state[:body], castagnoli) != binary.LittleEndian.Uint32(state[body:]) {
		return bad("its %d bytes are damaged", len(state))
	}
	c := &coder{bytes: state[headerLen:body], reading: true}
	n := &Nowcaster{}
	if n.code(c); c.damaged || len(c.bytes) > 0 {
		return bad("its %d bytes are inconsistent", len(state))
	}
	return n, nil
}

// mostMinutes is over two thousand years.
const mostMinutes = 1 << 30

func (n *Nowcaster) code(c *coder) {
	if c.reading {
		n.memory = &memory{}
	}
	n.memory.code(c)
	c.within(&n.shape.days, 0, 7)
	c.bool(&n.shape.week)
	c.within(&n.began, 0, n.memory.len())
	c.within(&n.learnt, 0, n.memory.len())
	hours := 0
	if !c.reading {
		hours = len(n.profile.hours)
	}
	if c.within(&hours, 1, week/hour); c.reading {
		n.profile = emptyProfile(n.memory, hours)
	}
	n.profile.code(c)
	for i, minutes := range knots {
		if c.reading {
			n.horizons = append(n.horizons, newHorizon(newDirect(n.shape, minutes, n.memory), n.profile))
		}
		n.horizons[i].code(c)
	}
	if c.within(&n.asked, 0, n.memory.len()); n.asked == 0 {
		return
	}
	if c.reading {
		n.ahead = Forecast{unit: n.memory.unit, rows: make([]float32, len(knots)*len(levels))}
	}
	if exactly(n.ahead.rows, c.float32); c.reading && !c.damaged {
		n.ahead.weigh()
	}
}

func (m *memory) code(c *coder) {
	c.float64(&m.unit)
	c.within(&m.per, 1, mostMinutes)
	c.within(&m.first, 0, mostMinutes)
	c.float32(&m.before)
	ticks := m.ticks
	each(c, &ticks, c.float32)
	if !c.reading || c.damaged {
		return
	}
	if len(ticks)%m.per != 0 || !(m.unit > 0) {
		c.fail()
		return
	}
	m.reserve(len(ticks) + day*m.per)
	m.ticks = append(m.ticks, ticks...)
	for range len(ticks) / m.per {
		m.sum()
	}
}

func (p *profile) code(c *coder) {
	c.within(&p.until, p.m.first, p.m.len())
	for i := range p.hours {
		if p.hours[i].code(c); c.reading {
			p.learn(i)
		}
	}
}

func (s *sketch) code(c *coder) {
	c.within(&s.low, -mostCells, mostCells)
	c.within(&s.added, 0, s.most)
	c.counts(&s.counts)
}

func (h *horizon) code(c *coder) {
	h.direct.code(c)
	for i := range h.losses {
		exactly(h.losses[i], c.float64)
	}
}

func (d *direct) code(c *coder) {
	d.load.code(c)
	d.error.code(c)
	each(c, &d.weights, c.float64)
	each(c, &d.doubt, c.float64)
	d.errors.code(c)
	each(c, &d.open, func(f *issued) { f.code(c, d) })
	each(c, &d.early, func(f *issued) { f.code(c, d) })
	if c.reading && !c.damaged && !d.fits() {
		c.fail()
	}
}

// fits reports whether the sums and weights are of the features of its shape.
func (d *direct) fits() bool {
	first := d.m.first + d.lead()
	features, doubts := len(d.features(d.m, d.horizon, first, nil)), len(d.doubts(d.m, d.horizon, first, 0, nil))
	return d.load.fits(features) && d.error.fits(doubts) &&
		(d.weights == nil || len(d.weights) == features) && (d.doubt == nil || len(d.doubt) == doubts)
}

func (r *ridge) code(c *coder) {
	each(c, &r.inner, c.float64)
	each(c, &r.outer, c.float64)
}

// fits reports whether the sums are of so many features, or there are none yet.
func (r *ridge) fits(features int) bool {
	return r.outer == nil && r.inner == nil || len(r.outer) == features && len(r.inner) == features*(features+1)/2
}

func (f *issued) code(c *coder, d *direct) {
	least := max(0, d.m.first-d.horizon)
	c.within(&f.origin, least, max(least, d.m.len()))
	c.float32(&f.root)
	c.float32(&f.spread)
}

func (r *residuals) code(c *coder) {
	r.all.code(c)
	r.spreads.code(c)
	exactly(r.learnt.bounds[:], c.float32)
	c.bool(&r.learnt.enough)
	exactly(r.learnt.known[:], c.float32)
	exactly(r.learnt.all, c.float32)
	for i := range r.parts {
		r.parts[i].code(c)
		exactly(r.learnt.parts[i], c.float32)
	}
}

// mostCells is how many cells there are at most, on either side of zero.
var mostCells = max(loadCells.at(farthest), errorCells.at(farthest), spreadCells.at(farthest)) + 1
