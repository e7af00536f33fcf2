package workflows

import (
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"headroom/capacity"
)

// overdue is how late, on the wall, an action may be before the next one of its
// target takes its place. On the wall, because the clock of a replay runs far
// while a lost worker is missed.
const overdue = time.Minute

// A move is what a target is to be asked for next.
type move struct {
	pool capacity.Pool
	want Want
	due  *capacity.Action // of the plan, if it is time for one
}

// turn makes the next move, or waits until there may be one; what is said breaks
// the waiting off. It reports whether there is more to do.
func (c *conductor) turn(ctx workflow.Context) (bool, error) {
	s := c.state
	if c.loaded != s.Plan.ID {
		c.woken = true
		return true, c.load(ctx)
	}
	now := c.now(ctx)
	if left := slices.DeleteFunc(slices.Clone(s.Overrides), func(o capacity.Override) bool { return !now.Before(o.Until) }); len(left) < len(s.Overrides) {
		s.Overrides, c.woken = left, true
	}
	if s.Pause != nil && !s.Pause.holds(now) {
		s.Pause, c.woken = nil, true
	}
	c.extend(ctx, now)
	if c.woken {
		c.woken = false
		if err := c.tell(ctx); err != nil {
			return false, err
		}
		c.show(ctx, s.Plan.ID)
	}
	if s.Aborted != nil {
		return false, nil
	}
	if err := c.react(ctx); err != nil {
		return false, err
	}
	c.push(ctx, c.now(ctx))
	made, again, err := c.move(ctx)
	if made || err != nil {
		return made, err
	}
	if again.IsZero() || c.repeated(again) {
		c.over(ctx, now)
	}
	if look := s.Floor.Look; s.reacts() && (again.IsZero() || look.Before(again)) {
		again = look
	}
	if s.Repush.After(now) && (again.IsZero() || s.Repush.Before(again)) {
		again = s.Repush
	}
	for _, at := range []time.Time{s.extends(), s.Plan.End} {
		if at.After(now) && (again.IsZero() || at.Before(again)) {
			again = at
		}
	}
	if again.IsZero() {
		return true, workflow.Await(ctx, func() bool { return c.woken })
	}
	options := workflow.AwaitOptions{Timeout: max(s.Clock.Wall(again.Sub(now)), time.Nanosecond), TimerOptions: workflow.TimerOptions{Summary: c.until(again)}}
	_, err = workflow.AwaitWithOptions(ctx, options, func() bool { return c.woken })
	return true, err
}

// move makes the move that is due first, if one is, and says when to look again.
func (c *conductor) move(ctx workflow.Context) (made bool, again time.Time, err error) {
	if err := c.acting.Lock(ctx); err != nil {
		return false, again, err
	}
	defer c.acting.Unlock()
	now := c.now(ctx)
	next, again := c.next(ctx, now)
	if next == nil || c.woken {
		return next != nil, again, nil
	}
	c.make(ctx, *next, now)
	return true, again, ctx.Err()
}

// until says in the Temporal UI what the conductor waits for.
func (c *conductor) until(again time.Time) string {
	for _, pool := range c.state.Policy.Pools {
		if next := c.pending(pool.Target); next != nil && next.At.Equal(again) {
			return fmt.Sprintf("until the next change: %d → %s", next.From, capacity.Count(next.Units, "unit"))
		}
	}
	switch {
	case again.Equal(c.state.Plan.End):
		return "until the plan ends"
	case c.repeated(again):
		return "until units are requested again that were not reached"
	case again.Equal(c.state.extends()):
		return "until the plan is about to end"
	case again.Equal(c.state.Floor.Look):
		return "until the floor looks at the load again"
	}
	return "until " + again.Format(time.RFC3339) + ", when an order, a freeze or a ramp limit ends"
}

// repeated reports whether a target is asked again at a time.
func (c *conductor) repeated(at time.Time) bool {
	for _, pool := range c.state.Policy.Pools {
		if c.state.Held[pool.Target].Again.Equal(at) {
			return true
		}
	}
	return false
}

// pending is the plan's first action for a target that is not begun.
func (c *conductor) pending(target capacity.TargetName) *capacity.Action {
	if actions := c.actions[target]; c.state.Next[target] < len(actions) {
		return &actions[c.state.Next[target]]
	}
	return nil
}

// next is the move that is due first, nil if none is, and when to look again.
func (c *conductor) next(ctx workflow.Context, now time.Time) (first *move, again time.Time) {
	for _, pool := range c.state.Policy.Pools {
		w := Decide(c.stand(pool, now))
		if w.Ask && c.collapse(ctx, pool.Target, now) {
			w = Decide(c.stand(pool, now))
		}
		if !w.Again.IsZero() && (again.IsZero() || w.Again.Before(again)) {
			again = w.Again
		}
		m := move{pool: pool, want: w}
		if action := c.pending(pool.Target); w.Ask && action != nil && !action.At.After(now) {
			m.due = action
		}
		if m.wanted(c.state.Held, now) && (first == nil || m.before(*first)) {
			first = &m
		}
	}
	return first, again
}

// wanted reports whether there is anything to ask for.
func (m move) wanted(held map[capacity.TargetName]Held, now time.Time) bool {
	if !m.want.Ask {
		return false
	}
	h, asked := held[m.pool.Target]
	return m.due != nil && !m.want.Partial || (asked || !m.want.Planned) && (h.Wanted == nil || *h.Wanted != m.want.Units || h.repeats(now))
}

// before puts what persons ask for first, and the plan's actions in order.
func (m move) before(other move) bool {
	if m.due == nil || other.due == nil {
		return m.due == nil && other.due != nil
	}
	return m.due.At.Before(other.due.At)
}

// stand is what is known of a pool.
func (c *conductor) stand(pool capacity.Pool, now time.Time) Stand {
	s := c.state
	stand := Stand{
		Now: now, Pool: pool, Only: len(s.Policy.Pools) == 1, Aborts: s.Aborted, Freeze: s.Policy.Control.Freeze.Windows, Pause: s.Pause,
		Most: s.Most[pool.Target], Extends: c.extendsFor(pool.Target, now),
		Overrides: s.Overrides, Next: c.pending(pool.Target), Extra: s.extra(pool.Target), Floor: s.Floor.Units, FloorWhy: s.Floor.Why,
	}
	if h, asked := s.Held[pool.Target]; asked {
		stand.Held = &h
	}
	return stand
}

// collapse passes over actions that are long overdue, up to the newest that is
// due: what they were for is over.
func (c *conductor) collapse(ctx workflow.Context, target capacity.TargetName, now time.Time) bool {
	actions, next := c.actions[target], c.state.Next[target]
	last := next
	for last+1 < len(actions) && !actions[last+1].At.After(now) && c.state.Clock.Wall(now.Sub(actions[last].At)) > overdue {
		last++
	}
	if last == next {
		return false
	}
	c.state.Next[target] = last
	c.supersede(ctx, actions[next:last], fmt.Sprintf("overdue: action %s took its place", actions[last].ID))
	return true
}

// make asks for what a move wants.
func (c *conductor) make(ctx workflow.Context, m move, now time.Time) {
	s, target := c.state, m.pool.Target
	h := s.Held[target]
	planned := m.due != nil && !m.want.Partial
	if planned {
		s.Next[target]++
		units := m.due.Units
		h.Planned = &units
		if units != m.want.Units {
			c.supersede(ctx, []capacity.Action{*m.due}, m.want.Why)
		}
	}
	again := h.Wanted != nil && *h.Wanted == m.want.Units && !h.repeats(now)
	action := capacity.Action{
		ID: fmt.Sprintf("%s/%s/%s", s.Plan.ID, m.pool.Name, now.Format(time.RFC3339Nano)), Target: target,
		At: now, Due: now.Add(m.pool.LeadTime), From: m.want.Units, Units: m.want.Units, Why: m.want.Why,
	}
	if h.Known {
		action.From = h.Units
	}
	if planned && m.due.Units == m.want.Units {
		action, again = *m.due, false
		c.giveUp(ctx, target, "the plan's next action was due")
	}
	at, resumed := c.resume(ctx, target, m.want.Units)
	if !resumed {
		at = attempt{plan: c.loaded, action: action}
	}
	expect := s.expect(action, m.due != nil && action.ID == m.due.ID)
	if len(expect) > 0 {
		expect = append(expect, s.begun(target, now)...)
	}
	units := m.want.Units
	kept := s.Held[target]
	kept.Planned, kept.Wanted, kept.Again = h.Planned, &units, time.Time{}
	s.Held[target] = kept
	if !again {
		c.attempt(ctx, at, expect, m.want.Least)
	}
}
