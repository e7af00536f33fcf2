package unitrate

import (
	"slices"
	"time"

	"headroom/capacity"
)

// A Learnt is a unit rate that was learnt for a plan.
type Learnt struct {
	Pool  string
	Learn capacity.Learn // how it was learnt
	Rate  float64
	To    time.Time // of the newest sample
}

// A Log is the unit rates that were last learnt for the pools of a service. The
// zero Log is empty. It is stored as JSON.
type Log []Learnt

// Of is the rate that was last learnt for a pool in the way that it asks for.
func (l Log) Of(p capacity.Pool) (Learnt, bool) {
	i := slices.IndexFunc(l, func(one Learnt) bool { return one.Pool == p.Name && one.Learn == p.Learn })
	if i < 0 {
		return Learnt{}, false
	}
	return l[i], true
}

// With is the log with a rate in place of the pool's earlier one. One that was
// learnt in the same way from newer samples stays. The log itself does not change.
func (l Log) With(one Learnt) Log {
	newer := func(old Learnt) bool {
		return old.Pool == one.Pool && old.Learn == one.Learn && old.To.After(one.To)
	}
	if slices.ContainsFunc(l, newer) {
		return l
	}
	out := slices.DeleteFunc(slices.Clone(l), func(old Learnt) bool { return old.Pool == one.Pool })
	return append(out, one)
}
