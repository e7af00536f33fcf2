package nowcast_test

import (
	"context"
	"fmt"
	"testing"

	"headroom/capacity"
	"headroom/nowcast"
)

func TestForecast_Ask(t *testing.T) {
	load := daily(4*1440, 5)
	forecasts := stream(t, load, 3*1440)
	night, noon := forecasts[10], forecasts[720]
	terms := nowcast.Terms{Rate: 50, Lead: 10, Worth: 100}
	dear := terms
	dear.Worth = 10_000
	for name, f := range map[string]nowcast.Forecast{"night": night, "noon": noon} {
		few, many := f.Ask(0, terms), f.Ask(0, dear)
		if few <= 0 || few > many {
			t.Errorf("%s: got %d units at a low worth of a minute and %d at a high one", name, few, many)
		}
	}
	// At noon the load is about 900, so that 18 units of 50 serve its mean.
	if got := noon.Ask(0, terms); got < 18 || got > 22 {
		t.Errorf("got %d units at noon, want 18 to 22", got)
	}
	// What other units serve need not be asked for.
	shared := terms
	shared.Served = 400
	if got, want := noon.Ask(0, shared), noon.Ask(0, terms)-8; got != want {
		t.Errorf("got %d units when others serve 400, want %d", got, want)
	}
	// In the evening the load falls by 105 an hour: what is needed now is not
	// needed later, yet it stays as long as it is.
	evening := forecasts[18*60]
	terms.Rate, terms.Worth = 10, 20
	now, later := evening.Want(1, terms), evening.Want(31, terms)
	if later >= now {
		t.Fatalf("got %d units wanted now and %d in half an hour, want fewer", now, later)
	}
	terms.Lead = 30
	if got := evening.Ask(now, terms); got != now {
		t.Errorf("got %d units asked for when %d were, want those kept that are needed before they could be fetched again", got, now)
	}
	if got := evening.Ask(0, terms); got != later {
		t.Errorf("got %d units asked for when none were, want the %d that are needed when they serve", got, later)
	}
	if got := night.Ask(100, terms); got >= 50 {
		t.Errorf("got %d units asked for at night when 100 were, want fewer", got)
	}
}

func ExampleNowcaster() {
	ctx := context.Background()
	load := daily(3*1440+8*60, 6) // three days and a morning
	n, err := nowcast.Learn(ctx, load, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	n.See(720)
	hour := n.Ahead(ctx)
	terms := nowcast.Terms{Rate: 50, Lead: 10, Worth: 500}
	fmt.Println("in 10 minutes:", hour.Want(11, terms), "units; to ask for now:", hour.Ask(capacity.Units(16), terms))
	// Output:
	// in 10 minutes: 17 units; to ask for now: 17
}
