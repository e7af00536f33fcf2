// Package schedule finds the cheapest sequence of whole numbers, one for each
// step, within limits that couple the steps: what a plan of one pool is when
// money and time are taken out of it. It is pure and deterministic.
//
// # Without shared limits
//
// Bounds, ramps, dips, holds and the cost of changes need only the present to
// be judged: how many units run, and for how many steps increases are still
// forbidden. Dynamic programming from the last step to the first takes, with T
// steps, N numbers and dips of D steps, O(T·N·(1+D)) time, since the best number
// to change to is a sliding minimum, kept in a monotone queue. A change that has
// to be held is counted up to the end of its hold at once. If the costs are
// convex in each step, [Limits.Band] first narrows the numbers to few that hold
// every optimum.
//
// # With a number of changes
//
// A toll on each change, found by Lagrangian relaxation, gives the least cost of
// every number of changes on the lower convex hull. If the limit is none of
// these, one table for each number of changes that are left finds the answer.
// They hold only what may belong to a sequence that costs hardly more than the
// bound, which is raised until there is one, so that few places are looked at.
// Only if the tables would hold more than 2^24 values, the best sequence that is
// known is returned with its gap.
//
// # With budgets
//
// Budgets, alone or with a number of changes, are resources that all steps
// share. If the answer without them keeps them, it is the answer. Otherwise a
// toll is put on each resource, so that the table of the relaxed problem says
// for every place what all that follows must cost at least. Sequences that keep
// all limits are found on the way, and narrow the band. Label setting then
// extends beginnings of sequences, step by step, and drops what another one at
// the same place beats in cost and in every resource, and what cannot be better
// than the best sequence that is known. To know a good one early, narrow
// searches come first.
//
// With budgets the problem is NP-hard, a knapsack: after 2^18 labels the search
// ends, and the best sequence is returned with its gap, its distance from the
// proven bound.
package schedule
