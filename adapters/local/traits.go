package local

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"headroom/capacity"
)

// traits is what a simulated target is like.
type traits struct {
	units, limit     capacity.Units
	most, quota      capacity.Units
	leadTime         time.Duration
	busy, lost, drop int
	fail, dry, slow  int
	strict           bool
	scheduled        bool
	slots            int
}

func parseTraits(q url.Values) (traits, error) {
	t := traits{units: 1, most: 1_000_000, slots: 100}
	for key, values := range q {
		var err error
		n := 0
		switch key {
		case "leadTime":
			t.leadTime, err = time.ParseDuration(values[0])
		case "mode":
			if t.scheduled = values[0] == "schedule"; !t.scheduled {
				err = errors.New("write schedule, or leave it out")
			}
		case "strict":
			t.strict, err = strconv.ParseBool(values[0])
		default:
			if n, err = strconv.Atoi(values[0]); err == nil && n < 0 {
				err = errors.New("is negative")
			}
		}
		if err != nil {
			return t, fmt.Errorf("parameter %s=%s: %w", key, values[0], err)
		}
		switch key {
		case "leadTime", "mode", "strict":
		case "fail":
			t.fail = n
		case "dry":
			t.dry = n
		case "slow":
			t.slow = n
		case "max":
			t.most = capacity.Units(n)
		case "quota":
			t.quota = capacity.Units(n)
		case "slots":
			t.slots = n
		case "units":
			t.units = capacity.Units(n)
		case "limit":
			t.limit = capacity.Units(n)
		case "busy":
			t.busy = n
		case "lost":
			t.lost = n
		case "drop":
			t.drop = n
		default:
			return t, fmt.Errorf("unknown parameter %q", key)
		}
	}
	return t, nil
}
