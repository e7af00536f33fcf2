package simulate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"headroom/capacity"
)

// Faults is what goes wrong around the fleet. The zero Faults is a world in
// which nothing does. That the market takes units back is Pool.Interruption:
// then all units of the pool, also those on their way, are gone at once, and as
// many are requested anew.
type Faults struct {
	// Late is the longest time by which an action is carried out late. Each is
	// late by a uniform share of it; one that a newer overtook is dropped.
	Late time.Duration
	// Fail is the share of actions that the target refuses. The policy learns
	// of it, because the number that is asked for stays.
	Fail float64
	// Throttle is the least time between two actions; those between are refused.
	Throttle time.Duration
	// Shortage: no new unit is granted. Requests wait and are not paid for.
	Shortage Outage
	// Gap: what is measured in it never arrives.
	Gap Outage
}

// An Outage happens on average so many times a day, each for so long.
type Outage struct {
	PerDay  float64
	Lasting time.Duration
}

// Each kind of fault draws from a stream of its own.
const (
	streamAction = iota + 1
	streamLead
	streamShortage
	streamGap
	streamReclaim
)

func (f Faults) check() error {
	for _, o := range []Outage{f.Shortage, f.Gap} {
		if !(o.PerDay >= 0) || math.IsInf(o.PerDay, 0) || o.Lasting < 0 {
			return fmt.Errorf("fault of %v a day for %v: neither may be negative: %w", o.PerDay, o.Lasting, capacity.ErrBadPolicy)
		}
	}
	if f.Late < 0 || f.Throttle < 0 || !(f.Fail >= 0 && f.Fail <= 1) {
		return fmt.Errorf("faults late %v, throttle %v, fail %v: times must not be negative and fail is a share: %w", f.Late, f.Throttle, f.Fail, capacity.ErrBadPolicy)
	}
	return nil
}

// over marks the ticks inside outages; nil if there are none.
func (o Outage) over(n int, tick time.Duration, seed, stream uint64) []bool {
	if o.PerDay == 0 || o.Lasting == 0 {
		return nil
	}
	random := rand.New(rand.NewPCG(seed, stream))
	chance, last := o.PerDay*float64(tick)/float64(24*time.Hour), ticks(o.Lasting, tick)
	marks := make([]bool, n)
	for i, until := 0, 0; i < n; i++ {
		if i >= until && random.Float64() < chance {
			until = i + last
		}
		marks[i] = i < until
	}
	return marks
}

// reclaims marks the ticks at which the market takes the pool back.
func reclaims(perHour float64, n int, tick time.Duration, seed uint64) []bool {
	if perHour == 0 {
		return nil
	}
	random := rand.New(rand.NewPCG(seed, streamReclaim))
	chance := 1 - math.Pow(1-perHour, float64(tick)/float64(time.Hour))
	marks := make([]bool, n)
	for i := range marks {
		marks[i] = random.Float64() < chance
	}
	return marks
}

// at is a stream that depends on the tick and on nothing that happened before.
func at(seed, stream uint64, tick int) *rand.Rand {
	return rand.New(rand.NewPCG(seed^stream<<56, uint64(tick)))
}
