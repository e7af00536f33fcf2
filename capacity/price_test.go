package capacity_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"headroom/capacity"
)

// TestPricedAt: the price of a time counts, from the moment that it begins, and a time
// without a price is an error that names it.
func TestPricedAt(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 3, d, 0, 0, 0, 0, time.UTC) }
	p := capacity.Policy{Pools: []capacity.Pool{
		{Name: "fixed", Price: 7},
		{Name: "dated", Price: 3, PriceName: "g5/eu", Prices: []capacity.DatedPrice{{From: day(2), Price: 1}, {From: day(5), Price: 2}, {From: day(9), Price: 3}}},
	}}
	for at, want := range map[time.Time]float64{day(2): 1, day(5).Add(-1): 1, day(5): 2, day(8): 2, day(9): 3, day(30): 3} {
		got, err := p.PricedAt(at)
		if err != nil || got.Pools[1].Price != want || got.Pools[0].Price != 7 {
			t.Errorf("at %s: got %+v, %v, want %g", at, got.Pools, err, want)
		}
	}
	if p.Pools[1].Price != 3 {
		t.Error("the policy itself was changed")
	}
	if _, err := p.PricedAt(day(1)); !errors.Is(err, capacity.ErrBadPolicy) || !strings.Contains(err.Error(), "g5/eu is known from 2026-03-02T00:00:00Z on") {
		t.Errorf("before the first: got %v", err)
	}
	priced, _ := p.PricedAt(day(3))
	if got := priced.PriceChanges(day(3), day(9)); len(got) != 1 || !strings.Contains(got[0], "dated costs 2 from 2026-03-05") || !strings.Contains(got[0], "at its start, 1") {
		t.Errorf("changes within the plan: got %q", got)
	}
}
