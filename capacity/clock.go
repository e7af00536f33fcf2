package capacity

import "time"

// A Clock maps the time on the wall to the time that a run believes in. The
// zero Clock is the wall clock itself. Another one replays recorded load: it
// stands at Origin until it is started at the wall time Since, and runs Speed
// times as fast from there. It reads nothing: wall time is an argument.
type Clock struct {
	Origin time.Time
	Since  time.Time
	Speed  float64
}

// Replay is a clock that stands at origin and, once started, runs speed times
// as fast as the wall.
func Replay(origin time.Time, speed float64) Clock {
	return Clock{Origin: origin, Speed: speed}
}

// Started is the clock, running since the given wall time unless it already
// ran.
func (c Clock) Started(wall time.Time) Clock {
	if c.Speed != 0 && c.Since.IsZero() {
		c.Since = wall
	}
	return c
}

// Now is what the clock shows at the given wall time.
func (c Clock) Now(wall time.Time) time.Time {
	switch {
	case c.Speed == 0:
		return wall
	case c.Since.IsZero():
		return c.Origin
	}
	return c.Origin.Add(time.Duration(float64(wall.Sub(c.Since)) * c.Speed))
}

// Wall is how long d of the clock's time lasts on the wall.
func (c Clock) Wall(d time.Duration) time.Duration {
	if c.Speed == 0 {
		return d
	}
	return time.Duration(float64(d) / c.Speed)
}

// Shows is how much further the clock goes while d passes on the wall.
func (c Clock) Shows(d time.Duration) time.Duration {
	if c.Speed == 0 {
		return d
	}
	return time.Duration(float64(d) * c.Speed)
}
