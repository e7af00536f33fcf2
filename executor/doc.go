// Package executor decides what the targets of one service are asked for, and when.
//
// It is a deterministic state machine without input or output of its own, in the
// manner of etcd's raft: [Machine.Step] takes one [Event] at one time and returns the
// [Effect] values that are to be carried out, in a fixed order. Whoever carries them
// out reports each result as another event. The workflow Execute does so through
// Temporal activities; tests and the model check do so in memory.
//
// Call [New] with a [State], then Step with [Started]; after each step, wait until
// [Machine.Wake] or the next event. [Machine.State] is all that has to be kept to go
// on elsewhere: in-flight verifications are part of it, and are begun again.
//
// What is decided follows [Decide] for each pool: an abort, a freeze, a pause and a
// change made by others come before overrides, overrides before the plan. Numbers
// and rules that tune it belong to a version ([Tuning], [Versions]); a run keeps the
// version with which it began, so that it replays with every later build.
//
// Invariants, checked by the model check in model_test.go:
//
//   - At most one request is in flight for a target.
//   - Nothing is requested before the standing orders have been read, while the
//     service is paused, frozen, stopped or aborted, or of a target that others changed.
//   - No target is requested to run less than an override asks for.
//   - Each action of a plan that was taken over gets exactly one outcome.
//   - Standing orders are never lost: what was accepted is in the state, and is stored.
package executor
