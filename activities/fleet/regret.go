package fleet

import (
	"context"
	"fmt"

	"headroom/activities/lookback"
	"headroom/capacity"
	"headroom/history"
	"headroom/regret"
)

// The verdicts on a service that was looked back at, and on one that is not.
const (
	compared = "compared"
	leftOut  = "left out"
)

// A RegretEntry is what a look back at one service came to.
type RegretEntry struct {
	Stored capacity.Ref // where all of it is
	Tally  regret.Tally
}

// addTo is a sum with what a look back at the service came to; nil: none of the
// services was compared.
func (e Entry) addTo(sum *regret.Tally) *regret.Tally {
	if e.Regret == nil {
		return sum
	}
	tally := e.Regret.Tally
	if sum != nil {
		tally = sum.Plus(tally)
	}
	return &tally
}

// regretOne does for one service what the workflow Regret orders. What can never
// be compared is no failure.
func (a *Fleet) regretOne(ctx context.Context, in ChunkInput, p capacity.Policy, got history.Got) (Entry, error) {
	if n := len(p.Pools); n != 1 {
		return Entry{Service: p.Service, Verdict: leftOut, Why: fmt.Sprintf("it has %s, and the simulator runs one", capacity.Count(n, "pool"))}, nil
	}
	entry := Entry{Service: p.Service, Verdict: compared}
	result, err := lookback.Compare(ctx, a.Records, p, in.lookBack(p).Period(), got.Table)
	if err != nil {
		return entry, err
	}
	entry.Regret = &RegretEntry{Stored: result.Stored, Tally: result.Tally}
	return entry, nil
}
