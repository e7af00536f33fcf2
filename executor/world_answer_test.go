package executor_test

import (
	"fmt"
	"slices"
	"time"

	"headroom/capacity"
	"headroom/executor"
)

// What a target may answer to a request, and what may become of a verification and of a
// rollback.
const (
	accepted   = "accepted"
	written    = "written, the answer is lost"
	notWritten = "not written, the answer is lost"
	busy       = "busy"
	noUnits    = "no units"
	rejected   = "rejected"
	stopped    = "stopped"
	done       = "done"
	short      = "short"
	failed     = "failed"
	unverified = "not read"
	rolledBack = "rolled back"
)

// answers are the answers to an effect; the first is that of a world without faults.
func answers(e executor.Effect) []string {
	switch e.(type) {
	case executor.Ask:
		return []string{accepted, written, notWritten, busy, noUnits, rejected, stopped}
	case executor.Verify:
		return []string{done, short, failed, unverified}
	case executor.RollBack:
		return []string{rolledBack, notWritten}
	}
	return nil
}

// answered finds the first effect in flight that the driver answers, of a target; empty:
// of any.
func (w *world) answered(target capacity.TargetName, verify bool) int {
	return slices.IndexFunc(w.flight, func(f flight) bool {
		of := capacity.TargetName("")
		switch e := f.effect.(type) {
		case executor.Ask:
			of = e.Action.Target
		case executor.RollBack:
			of = e.Action.Target
		case executor.Verify:
			if of = e.Outcome.Action.Target; !verify {
				return false
			}
		}
		_, isVerify := f.effect.(executor.Verify)
		return of != "" && isVerify == verify && (target == "" || target == of)
	})
}

// answer delivers an answer to the effect in flight with an index.
func (w *world) answer(i int, how string) error {
	w.now = w.now.Add(time.Second)
	f := w.flight[i]
	w.flight = slices.Delete(slices.Clone(w.flight), i, i+1)
	switch e := f.effect.(type) {
	case executor.Ask:
		answer := w.act(e, how)
		switch {
		case answer.Failure == nil:
			w.accepted[e.Action.ID], w.last[e.Action.Target] = true, answer.Outcome.After.Units
		case answer.Failure.Kind != executor.TargetBusy && answer.Failure.Kind != executor.Stopped && answer.Failure.Kind != executor.Outdated:
			delete(w.last, e.Action.Target)
		}
		return w.step(answer)
	case executor.Verify:
		return w.step(w.verify(e, how))
	case executor.RollBack:
		answer := w.restore(e, how)
		if delete(w.last, e.Action.Target); answer.Failure == nil {
			w.last[e.Action.Target] = answer.Outcome.After.Units
		}
		return w.step(answer)
	}
	panic(fmt.Sprintf("%T is answered by the world", f.effect))
}

// act does what the activity Act does.
func (w *world) act(e executor.Ask, how string) executor.Asked {
	fail := func(kind executor.FailureKind, passing bool) executor.Asked {
		return executor.Asked{ID: e.ID, Failure: &executor.Failure{Kind: kind, Passing: passing, Text: "the target answered: " + how}}
	}
	if how == stopped {
		w.stops[e.Action.Target] = w.now
		return fail(executor.Stopped, false)
	}
	delete(w.stops, e.Action.Target)
	if !w.bucket.away && !w.bucket.damaged && w.bucket.orders.Seq > e.Orders {
		return fail(executor.Outdated, false)
	}
	if e.Live && w.leads && !w.liveOff {
		return fail(executor.Led, false)
	}
	target := e.Action.Target
	out := capacity.Outcome{Action: e.Action, Asked: w.now, Before: w.targets[target]}
	found := out.Before
	if len(e.Expect) > 0 && found.Units != e.Action.Units && !slices.Contains(e.Expect, found.Units) {
		out.Verdict, out.After, out.Settled = capacity.Drifted, found, w.now
		out.Note = fmt.Sprintf("the target is asked for %s, %d were expected", capacity.Count(found.Units, "unit"), e.Expect[0])
		return executor.Asked{ID: e.ID, Outcome: out}
	}
	switch how {
	case notWritten:
		return fail(executor.Uncertain, true)
	case busy:
		return fail(executor.TargetBusy, false)
	case noUnits:
		return fail(executor.NoUnits, false)
	case rejected:
		return fail(executor.Rejected, false)
	}
	if e.Least && found.Units > out.Action.Units {
		out.Action.Units = found.Units
	}
	out.Action.From = found.Units
	if found.Units == out.Action.Units {
		out.Verdict = capacity.AlreadySo
	}
	w.run(target, out.Action.Units, found.Serving)
	out.After = w.targets[target]
	if how == written {
		return fail(executor.Uncertain, true)
	}
	return executor.Asked{ID: e.ID, Outcome: out}
}

// run has a target asked for units, of which as many as served still do.
func (w *world) run(target capacity.TargetName, units, serving capacity.Units) {
	w.targets[target] = capacity.State{Units: units, Serving: min(units, serving)}
}

// verify does what the activity Verify does.
func (w *world) verify(e executor.Verify, how string) executor.Event {
	out, target := e.Outcome, e.Outcome.Action.Target
	units, state := out.Action.Units, w.targets[target]
	switch {
	case how == unverified:
		return executor.Verified{ID: e.ID, Failure: &executor.Failure{Kind: executor.Uncertain, Passing: true, Text: "the target cannot be read"}}
	case state.Units != units:
		out.Verdict, out.Note = capacity.Superseded, "the target was asked for another number meanwhile"
	case how == failed:
		state.Serving = max(0, min(out.Before.Serving, units)-1)
	case how == done:
		state.Serving = units
	}
	w.targets[target] = state
	out.After, out.Settled = state, w.now
	switch {
	case out.Verdict == capacity.Superseded:
	case !state.Settled():
		out.Verdict, out.Note = capacity.Short, fmt.Sprintf("%d of %d units serve", state.Serving, units)
		if state.Serving < min(out.Before.Serving, units) {
			out.Verdict = capacity.Failed
		}
	case out.Verdict == "":
		out.Verdict = capacity.Done
	}
	return executor.Verified{ID: e.ID, Outcome: out}
}

// restore does what the activity Restore does.
func (w *world) restore(e executor.RollBack, how string) executor.RolledBack {
	a := e.Action
	state := w.targets[a.Target]
	if how == notWritten {
		return executor.RolledBack{ID: e.ID, Failure: &executor.Failure{Kind: executor.Uncertain, Passing: true, Text: "the target does not answer"}}
	}
	out := capacity.Outcome{Action: a, Asked: w.now, Verdict: capacity.Failed, Before: state}
	switch {
	case a.Units >= a.From:
		out.Note = "what was raised is kept"
	case state.Units == a.From:
		out.Verdict, out.Note = capacity.Compensated, "the target still holds what it did"
	case state.Units != a.Units:
		out.Note = "somebody else asked for another number: left alone"
	default:
		out.Verdict, out.Note = capacity.Compensated, fmt.Sprintf("taken back to %d units", a.From)
		w.targets[a.Target] = capacity.State{Units: a.From, Serving: a.From}
	}
	out.After = w.targets[a.Target]
	return executor.RolledBack{ID: e.ID, Outcome: out}
}
