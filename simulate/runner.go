package simulate

import (
	"context"
	"math"
	"time"

	"headroom/capacity"
)

// A runner plays one policy through one case.
type runner struct {
	s       *Simulation
	decide  Decide
	every   int
	serving []int32
	fleet   fleet
	view    View
	asked   capacity.Units
	start   capacity.Units
	late    []order // accepted and not yet carried out
	next    int     // first tick at which the target is not throttled
	run     Run
}

// An order is a number that reaches the target at a tick.
type order struct {
	tick  int
	units int
}

// attentive is after how many ticks a run looks whether it is still wanted.
const attentive = 256

func (r *runner) play(ctx context.Context) error {
	c, tick := r.s.c, r.s.c.Load.Step
	from, n := c.From, c.Load.Len()
	lead := ticks(c.Pool.LeadTime, tick)
	r.start = c.start()
	r.asked = r.start
	r.fleet = fleet{
		lead: lead, drain: ticks(c.drain(), tick), jitter: c.Jitter, seed: c.Seed,
		reclaimed: r.s.reclaims, short: r.s.short,
		want: int(r.start), ready: int(r.start), paid: int(r.start),
	}
	if r.start > 0 {
		r.fleet.serving = []Life{{Units: int(r.start), Asked: from, Ready: from}}
	}
	delay, perMinute := ticks(c.Delay, tick), int(r.s.minute/tick)
	// Periods are multiples on the clock, wherever the load begins.
	phase := int(c.Load.Start.UnixNano() / int64(tick) % int64(r.every))
	wait := 0
	for k := from; k < n; k++ {
		if (k-from)%attentive == attentive-1 {
			if err := ctx.Err(); err != nil {
				return err
			}
			if r.s.played != nil {
				r.s.played(attentive)
			}
		}
		r.fleet.turn(k)
		if len(r.late) > 0 {
			r.carryOut(k)
		}
		if wait == 0 {
			seen := max(0, k-delay)
			minutes := seen / perMinute
			r.view = View{
				Now: c.Load.At(k), Tick: k,
				Load: r.s.observed[:seen:seen], Minutes: r.s.minutes[:minutes:minutes], Serving: r.serving[:seen:seen],
				Asked: r.asked, Ready: capacity.Units(r.fleet.ready),
			}
			r.view.Pending = max(0, r.view.Asked-r.view.Ready)
			if want := r.limit(k, r.decide(&r.view)); want != r.asked {
				r.ask(k, want)
			}
			wait = r.every - ((phase+k)%r.every+r.every)%r.every
		}
		wait--
		r.run.Asked[k-from], r.serving[k], r.run.Paid[k-from] = int32(r.asked), int32(r.fleet.ready), int32(r.fleet.paid)
	}
	r.fleet.close(n)
	r.run.Lives = r.fleet.lives
	return ctx.Err()
}

// limit is the nearest number that bounds and ramp allow at tick k. A policy
// outside its bounds walks in as fast as the ramp lets it.
func (r *runner) limit(k int, want capacity.Units) capacity.Units {
	c := r.s.c
	want = min(max(want, c.Pool.Min), c.most())
	if up := c.Pool.Ramp.Up; up.Limited() {
		want = min(want, r.before(k, up.Per)+up.Units)
	}
	if down := c.Pool.Ramp.Down; down.Limited() {
		want = max(want, r.before(k, down.Per)-down.Units)
	}
	return want
}

// before is what was asked for so long before tick k.
func (r *runner) before(k int, ago time.Duration) capacity.Units {
	i := k - r.s.c.From - ticks(ago, r.s.c.Load.Step)
	if i < 0 {
		return r.start
	}
	return capacity.Units(r.run.Asked[i])
}

// ask sends an action to the target.
func (r *runner) ask(k int, want capacity.Units) {
	faults := r.s.c.Faults
	if k < r.next {
		r.run.Refused++
		return
	}
	r.next = k + ticks(faults.Throttle, r.s.c.Load.Step)
	due := k
	if faults.Fail > 0 || faults.Late > 0 {
		random := at(r.s.c.Seed, streamAction, k)
		if random.Float64() < faults.Fail {
			r.run.Refused++
			return
		}
		late := time.Duration(math.Round(random.Float64() * float64(faults.Late)))
		due += ticks(late, r.s.c.Load.Step)
	}
	r.run.Changes = append(r.run.Changes, Change{Tick: k, From: r.asked, To: want})
	r.asked = want
	if due > k {
		r.late = append(r.late, order{due, int(want)})
		return
	}
	r.late = r.late[:0]
	r.fleet.set(k, int(want))
}

// carryOut does the newest order that has reached the target, and forgets those
// that it overtook.
func (r *runner) carryOut(k int) {
	for i := len(r.late) - 1; i >= 0; i-- {
		if r.late[i].tick <= k {
			r.fleet.set(k, r.late[i].units)
			r.late = append(r.late[:0], r.late[i+1:]...)
			return
		}
	}
}
