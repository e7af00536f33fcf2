// Package calendar knows what a series of load alone does not tell: that people
// follow the clock on their wall, that a server which was off says nothing of
// demand, that tomorrow is a holiday, and that somebody announced a launch.
//
// [Prepare] turns a series into one that a model can be fitted to, and its
// result turns a forecast made on that back into one of real time. In between
// are five small things, each of use by itself: [Wall] puts steps on the wall
// clock of a zone, [Mask] finds outages, [Holidays] lists public holidays,
// [capacity.Event] declares what is to come, and [LastShift] finds the last
// lasting change of level.
//
// The package is pure: no clock, no files; a zone is an argument.
package calendar
