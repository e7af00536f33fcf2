package planner

import (
	"fmt"
	"math"
	"strconv"
	"strings"
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
func checkBudget(b capacity.Budget, pools []capacity.Pool) error {
	if !b.Limited() {
		return nil
	}
	least, units := 0.0, make([]string, len(pools))
	for i, pool := range pools {
		least += float64(max(0, pool.Min-pool.Paid)) * pool.Price * hours(b.Per)
		units[i] = strconv.Itoa(int(pool.Min))
	}
	switch {
	case hours(b.Per) == 0:
		return fmt.Errorf("objective.budget is per %q: give hour, day or week: %w", b.Per, capacity.ErrBadPolicy)
	case !(b.Amount >= 0 && b.Amount <= capacity.MostMoney):
		return fmt.Errorf("objective.budget is %v: give money, from 0 to %g: %w", b.Amount, capacity.MostMoney, capacity.ErrBadPolicy)
	case least > b.Amount*(1+1e-9):
		return fmt.Errorf("budget %s per %s cannot pay min %s: it takes at least %s per %s: %w", capacity.Figure(b.Amount), b.Per, strings.Join(units, " + "), capacity.Figure(least), b.Per, capacity.ErrBadPolicy)
	}
	return nil
}

// Spends is the most money that a plan of the policy's spends on units in any period
// of which it covers half or more, or in the part that it covers if there is none;
// scaled up to a whole period.
func Spends(p capacity.Policy, plan capacity.Plan, per capacity.Period) float64 {
	zone, err := time.LoadLocation(p.Demand.Timezone)
	if err != nil {
		zone = time.UTC
	}
	p.Objective.Budget = capacity.Budget{Amount: 1, Per: per}
	steps := len(plan.Pools[0].Steps)
	most, widest := 0.0, 0.0
	for _, purse := range purses(Input{Policy: p, Forecast: capacity.Forecast{Step: plan.Step}}, plan.Start, steps, zone) {
		money := 0.0
		for i, pool := range plan.Pools {
			for _, s := range pool.Steps[purse.from:purse.to] {
				money += float64(max(0, s.Units-p.Pools[i].Paid)) * p.Pools[i].Price * plan.Step.Hours()
			}
		}
		covers := purse.money // of an amount of 1
		switch whole := money / covers; {
		case covers >= 0.5 && (widest < 0.5 || whole > most), covers < 0.5 && covers > widest:
			most, widest = whole, covers
		}
	}
	return most
}

// A purse is the money for the steps [from, to), which lie in one period.
type purse struct {
	from, to int
	money    float64
}

// purses are the policy's budget in each period that the steps reach into. A
// step belongs to the period in which it starts.
func purses(in Input, start time.Time, steps int, zone *time.Location) []purse {
	b, step := in.Policy.Objective.Budget, in.Forecast.Step
	if !b.Limited() {
		return nil
	}
	var list []purse
	for t := 0; t < steps; {
		from, to := span(b.Per, start.Add(time.Duration(t)*step).In(zone))
		first := t
		for t < steps && start.Add(time.Duration(t)*step).Before(to) {
			t++
		}
		part := float64(t-first) * step.Hours() / to.Sub(from).Hours()
		list = append(list, purse{first, t, b.Amount * part})
	}
	return list
}

// budgets are the purses in unit-steps of the only pool.
func budgets(in Input, start time.Time, steps int, zone *time.Location) []schedule.Budget {
	pool := in.Policy.Pools[0]
	if pool.Price == 0 {
		return nil
	}
	var list []schedule.Budget
	for _, p := range purses(in, start, steps, zone) {
		list = append(list, unitBudget(p, pool, p.money/(pool.Price*in.Forecast.Step.Hours())))
	}
	return list
}

// unitBudget is a purse that pays for so many unit-steps of a pool. A rounding
// error below a whole one does not cost it.
func unitBudget(p purse, pool capacity.Pool, most float64) schedule.Budget {
	return schedule.Budget{
		From: p.from, To: p.to, Paid: int(min(mostUnits, pool.Paid)),
		Most: int64(math.Floor(min(1<<53, most*(1+1e-12)+1e-9))),
	}
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
