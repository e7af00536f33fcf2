// Package capacity holds the nouns of capacity planning and the ports through
// which they are measured, forecast, kept and carried out. It imports only the
// standard library, everything else speaks it, and it knows nobody. Start
// reading here.
//
// The nouns, in the order in which they flow: a [Series] of demand is what was
// measured; a [Model] is fitted to it and predicts; a [Forecast] says how it
// may continue, by quantiles; a [Plan] says how many [Units] to run and why,
// under a [Policy]; an [Action] asks a [Target] for them; an [Outcome] is what
// became of that. A [Store] keeps what was known and decided, by [Ref]. A
// [Clock] maps wall time to the time of a replay.
//
// Nothing here reads a clock or does I/O.
package capacity
