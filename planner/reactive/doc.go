// Package reactive decides how many units to run from the load of now: the
// strategies dynamic (a target for utilisation) and threshold (steps with a
// cooldown). They are the floor beneath a plan, and what the simulator compares
// plans with.
//
// Both are pure: what they remember is a value that goes in and comes out.
// Utilisation is load over what the units take at the service level, so 1 is
// full.
package reactive
