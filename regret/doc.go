// Package regret says afterwards what a service's capacity came to, and what it
// would have come to otherwise, on the load that was measured: as it was done,
// by an oracle, and by a plain reactive autoscaler, in money and in minutes in
// which capacity was missing. It reads no clock and does no I/O.
//
// What was done is the [Record] that outcomes of actions make, and what was seen
// when plans were made: how many units a target was asked for and how many
// served, from one look at it to the next. All
// else is run by package simulate on the same load, from the units that were
// there at the start, with the lead time and the limits of the policy. The
// simulator bills all of them alike, what was done included; which units served
// is as it was recorded. Of all runs only the time counts of which the record
// knows the units, and of which load was measured; [Comparison] tells how much
// that is and where the gaps are.
//
// Inside a step of the demand the load is taken as even, as nothing else is
// known of it. So what was done is judged by the same steps that it was planned
// for, and a reactive policy learns of a new step when its first minute is over.
//
// Regret and its bound are as in online optimisation: the cost of what was
// decided less that of the best decisions in hindsight (for instance Lin,
// Wierman, Andrew, Thereska, Dynamic right-sizing for power-proportional data
// centers, IEEE/ACM Transactions on Networking 21, 2013).
package regret
