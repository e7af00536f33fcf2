package dispatch

// A posture is all that decides what a pool may do next: its units, for how many
// steps it may not grow (dip) and not change (hold), and how many changes are
// left, -1 if they are not limited.
type posture struct {
	units           int32
	dip, hold, left int16
}

// mostWait keeps what a posture counts inside its integers.
const mostWait = 1 << 14

// rise is how pool i stands before the first step.
func (b *ledger) rise(i int) posture {
	l := b.Pools[i].Limits
	p := posture{units: int32(l.Before), left: -1}
	if l.Changes > 0 {
		p.left = int16(min(l.Changes, b.steps, mostWait))
	}
	return p
}

// reach is the range of numbers that pool i may run in step t; empty if the
// first is above the last.
func (b *ledger) reach(i, t int, p posture) (low, high int) {
	l, n := &b.Pools[i].Limits, int(p.units)
	low, high = max(l.Lo[t], n-l.Down[t]), min(l.Hi[t], n+l.Up[t])
	if p.dip > 0 {
		high = min(high, n)
	}
	if p.hold > 0 || p.left == 0 {
		low, high = max(low, n), min(high, n)
	}
	return low, high
}

// after is how pool i stands after it ran n units in step t.
func (b *ledger) after(i, t int, p posture, n int) posture {
	l, rest := &b.Pools[i].Limits, int16(min(b.steps-1-t, mostWait))
	q := posture{units: int32(n), dip: max(0, p.dip-1), hold: max(0, p.hold-1), left: p.left}
	if n != int(p.units) {
		q.hold = int16(min(l.Hold[t], mostWait))
		if n < int(p.units) {
			q.dip = max(q.dip, int16(min(l.Dip[t], mostWait)))
		}
		if q.left > 0 {
			q.left--
		}
	}
	q.dip, q.hold, q.left = min(q.dip, rest), min(q.hold, rest), min(q.left, rest)
	return q
}
