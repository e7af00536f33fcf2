// Package dispatch plans several pools that serve one load together: units of
// different size and price, reserved, on demand and spot. It is pure, and the
// same problem always has the same solution, bit for bit.
//
// # What is optimised
//
// Units n[i][t] of pools i in steps t cost
//
//	Σ price[i] · max(0, n[i][t] − paid[i]) + change[i] · |n[i][t] − n[i][t−1]|
//	  + missing · E[(load[t] − Σ rate[i] · n[i][t])⁺]
//
// The expectation is over the load and over which pools are lost: a pool with a
// chance p of that serves nothing with probability p in every step, by itself.
// Up to 5 such pools are told apart, in 32 cases; of more, those with the
// smallest chances count as serving what they serve on average. The units of a
// lost pool cost what they always cost.
//
// If missing load has no price, what is expected to be missing in all steps
// together counts first, in grains of about 10⁻⁸ of what a pool could serve in
// all of them, and then money.
//
// Each pool keeps its [schedule.Limits]; budgets limit the money of all pools
// together. Of solutions that cost the same, one with few changes and then few
// units is preferred.
//
// # How
//
// Four parts work towards each other. Descent plans one pool after the other
// exactly with [schedule.Solve] while the others stay, in the order of what their
// load costs and backwards. Ascent prices load and money (a Lagrangian
// relaxation), so that every pool is planned alone: each set of prices proves a
// lower bound, and what the pools run at them on average is another place to
// descend from. It begins at the prices of money at which the pools just keep the
// budgets. Search moves all pools at once near the best units found (two by
// two if there are more than 4) and drops every way that, by the prices of the
// ascent, cannot become better than them. And if no step has more than 65,536
// combinations of numbers, the same search looks at all of them.
//
// If that search ends within 20,000 ways a step, the solution is proven to be the
// best and [Solution.Bound] says so by equalling the cost. Of 1,000 random
// problems with 2 to 4 pools, 4 to 12 steps and all limits, which an exact solver
// has solved too, all have the same cost, and 997 are proven. Else the bound says
// how far from the best the solution can be at most; much of that is what whole
// units cost beyond parts of units, which the prices cannot see. In problems of
// more than 2,000 numbers of units the prices are found as if pools could change
// as often as they like, so few allowed changes make the bound loose, not the
// solution.
package dispatch
