// Package event decides how a service is prepared for an event: when units are
// requested, which upper limits of targets are raised, when the event counts as
// served, and when what was requested and raised is taken back. It knows no
// Temporal, reads no clock and does no I/O.
//
// [Machine] is a deterministic state machine in the manner of etcd-io/raft's
// RawNode. [Machine.Step] takes the time and what has happened, and returns
// effects in the order in which they are to be carried out: at most one report,
// and then exactly one command. The caller carries the command out and hands its
// result to the next Step. The command depends on the [State] and the time alone, so
// a caller that was interrupted calls Step with [Started] and gets the command
// that is due. Every command may be repeated. A caller that is cancelled waits until
// the command under way has ended, and goes on with what Step returns for [Canceled].
//
// What holds at every moment, checked by model_test.go for every order of events:
// an upper limit that was raised, or may have been, is in [State.Raised] and in
// the stored record before the call is made, and it leaves them only when the
// limit is restored, when somebody else has changed it and a note says so, or when
// the preparation ends and reports it as left.
//
// The stories in testdata show the machine at work, a command a line.
package event
