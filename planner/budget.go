package planner

import (
	"fmt"
	"math"
	"time"

	"headroom/capacity"
	"headroom/planner/schedule"
)

// hours is how long a period is, summer time apart.
func hours(p capacity.Period) float64 {
	switch p {
	case capacity.Hour:
		return 1
	case capacity.Day:
		return 24
	case capacity.Week:
		return 168
	}
	return 0
}

// checkBudget refuses a budget that says nothing, or cannot pay min.
func checkBudget(b capacity.Budget, pool capacity.Pool) error {
	if !b.Limited() {
		return nil
	}
	least := float64(max(0, pool.Min-pool.Paid)) * pool.Price * hours(b.Per)
	switch {
	case hours(b.Per) == 0:
		return fmt.Errorf("objective.budget is per %q: give hour, day or week: %w", b.Per, capacity.ErrBadPolicy)
	case !(b.Amount >= 0 && b.Amount <= mostMoney):
		return fmt.Errorf("objective.budget is %v: give money, from 0 to %g: %w", b.Amount, mostMoney, capacity.ErrBadPolicy)
	case least > b.Amount*(1+1e-9):
		return fmt.Errorf("budget %s per %s cannot pay min %d: it takes at least %s per %s: %w", capacity.Figure(b.Amount), b.Per, pool.Min, capacity.Figure(least), b.Per, capacity.ErrBadPolicy)
	}
	return nil
}

// budgets are the policy's budget in unit-steps, one for each period that the
// steps reach into. A step belongs to the period in which it starts.
func budgets(in Input, start time.Time, steps int, zone *time.Location) []schedule.Budget {
	b, pool, step := in.Policy.Objective.Budget, in.Policy.Pools[0], in.Forecast.Step
	if !b.Limited() || pool.Price == 0 {
		return nil
	}
	var list []schedule.Budget
	for t := 0; t < steps; {
		from, to := span(b.Per, start.Add(time.Duration(t)*step).In(zone))
		first := t
		for t < steps && start.Add(time.Duration(t)*step).Before(to) {
			t++
		}
		part := float64(t-first) * step.Hours() / to.Sub(from).Hours()
		most := b.Amount * part / (pool.Price * step.Hours())
		list = append(list, schedule.Budget{
			From: first, To: t, Paid: int(min(mostUnits, pool.Paid)),
			Most: int64(math.Floor(min(1<<53, most*(1+1e-12)+1e-9))),
		})
	}
	return list
}

// span is the period that holds at, which is in the zone of the period's wall
// clock. Hours are those of the clock: an hour that a clock repeats is two.
func span(p capacity.Period, at time.Time) (from, to time.Time) {
	y, m, d := at.Date()
	switch p {
	case capacity.Day:
		return midnight(y, m, d, at.Location()), midnight(y, m, d+1, at.Location())
	case capacity.Week:
		d -= (int(at.Weekday()) + 6) % 7
		return midnight(y, m, d, at.Location()), midnight(y, m, d+7, at.Location())
	case capacity.Hour:
	}
	past := time.Duration(at.Minute())*time.Minute + time.Duration(at.Second())*time.Second + time.Duration(at.Nanosecond())
	return at.Add(-past), at.Add(time.Hour - past)
}

// midnight is the first moment of a day: where clocks skip midnight, the moment
// to which they skip.
func midnight(y int, m time.Month, d int, zone *time.Location) time.Time {
	at := time.Date(y, m, d, 0, 0, 0, 0, zone)
	if at.Hour() == 0 {
		return at
	}
	noon := time.Date(y, m, d, 12, 0, 0, 0, zone)
	for at.Day() != noon.Day() {
		at = at.Add(time.Hour)
	}
	return at.Truncate(time.Hour)
}
