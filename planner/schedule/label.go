package schedule

import "cmp"

// A label is the beginning of a sequence.
type label struct {
	at     place
	value  value // of the steps so far, without tolls
	paid   int64 // the tolls so far; of a budget that is over, as if all of it were spent
	spent  int64 // from the budget of the next step
	bound  value // of all sequences that begin like this
	parent int32 // in the trail
}

// A trace is what remains of a label that was extended.
type trace struct {
	t, n   int32
	parent int32
}

// promise orders labels by their bounds, and equal ones by their places.
func (a label) promise(b label) int {
	if a.bound != b.bound {
		return a.bound.compare(b.bound)
	}
	return cmp.Or(cmp.Compare(a.at.n, b.at.n), cmp.Compare(a.at.forbidden, b.at.forbidden), cmp.Compare(a.spent, b.spent))
}
