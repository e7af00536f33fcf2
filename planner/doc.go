// Package planner turns a forecast into the cheapest plan that keeps a policy.
// It is pure: no clock, no I/O, and the same [Input] always gives the same
// plan, bit for bit. One pool is planned.
//
// # What is optimised
//
// Demand in a step, divided by what one unit serves, is the need: a random
// number whose quantile function is the forecast's, linear between two levels.
// Outside the levels it is flat, as in [capacity.Forecast.Quantile]: all the
// probability above the highest level sits at the highest level's value, so a
// plan never asks for more than that, and a note says so when the risk level
// lies beyond it. A plan of n[t] units in step t, of h hours, costs
//
//	Σ h · (price · n[t] + missing · E[(need[t] − n[t])⁺])
//
// which is convex in each n[t]: one more unit costs h·price and saves
// h·missing·∫ P(need > x) dx over [n, n+1]. That integral is computed exactly.
// Without limits the optimum is the newsvendor's: plan at the quantile
// 1 − price/missing (Arrow, Harris and Marschak, "Optimal Inventory Policy",
// Econometrica 19, 1951), rounded to whole units by the same rule. An objective
// of a service level asks for the need at that quantile, rounded up; then what
// is short of it, summed over all steps, counts before any price, so a level
// that the limits make impossible gives the closest plan and a note, never an
// error.
//
// A pool's first Paid units cost nothing more, so the price is that of the units
// beyond them. Each unit started or stopped costs Objective.Change. With the
// chance p = Interruption · lead time in hours, at most 0.99, the market has
// taken the pool back within the last lead time and none of its units serves.
// The missing load is then expected to be (1−p)·E[(need − n)⁺] + p·E[need], and
// a service level has to be made up for while the pool is there: the plan is
// for the quantile level/(1−p).
//
// Of plans that cost the same, the one with fewer changes wins, then the one
// with fewer units. So that a tie is a tie whatever the rounding, money is
// counted in whole parts, of which a unit of money has 720720 times a power of
// ten.
//
// # Limits
//
// Bounds: min and max hold in every step. If the target runs a number outside
// them, the plan moves into them as fast as the other limits allow.
//
// Ramps: "10 per 5m" with a step of 10m allows 20 at each step. With a step of
// 1m it allows 10 at the first step that starts at or after each multiple of
// 5m of absolute time, and no change between. Two such steps are 5m apart, so
// no half-open window of 5m ever sees more than 10. A limit that may use its 10
// at any moments of a sliding window is looser: whatever is planned here keeps
// that one too. A period that is no multiple of the step is rounded up to one.
//
// Lead time: a unit that is asked for now serves a lead time later, while a
// release takes effect at once. Targets take absolute numbers, so one that was
// asked for more and then for less has forgotten the former. Hence no step that
// ends before a lead time from now serves more than the one before it. Units that
// are requested at once begin to serve in the middle of the step after that: a
// ramp allows of them what is left of the step. And after a decrease no increase is due for a lead time: a shorter dip is
// either filled or lasts. Carrying out the actions in their order then gives
// exactly the planned units.
//
// Hold: after a change of the number the next one is at least Hold later. What
// was changed before the plan is not known and not counted.
//
// Changes: the number changes at most so many times in one plan.
//
// Freeze: a change is denied if it would have to be asked for inside a window: a
// decrease at its step and, if the policy denies all, an increase a lead time
// before its step.
//
// Budget: the units beyond Paid take at most the amount in each period, of
// which a period that is covered in part has its part, by the length that it
// really has: a day on which clocks are put forward has 23 hours and the budget
// of a day. A step belongs to the period in which it starts. A budget that cannot
// pay min is refused. One that cannot be kept, because the target runs too much
// and may not shrink in time, is raised to what can be, and a note says so.
//
// Time that is over is charged to no plan: of the step that runs already, the
// costs and the expected shortage count what is left of it, and units that begin
// to serve in the middle of a step count from there. The search for several pools
// weighs such a step as a whole; what the plan expects of it is exact.
//
// # How
//
// Package [headroom/planner/schedule] solves the integer problem exactly. What
// the limits of changes, the budget and the freeze cost is known by solving
// the problem again without each of them.
package planner
