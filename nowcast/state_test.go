package nowcast_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/nowcast"
)

// TestRestore_GoesOnBitForBit: whenever a state is saved and restored, every
// forecast is that of a Nowcaster that never stopped, whatever the load, over
// learning and learning anew, growth and forgetting.
func TestRestore_GoesOnBitForBit(t *testing.T) {
	for _, c := range []struct {
		name    string
		first   int // minutes of history
		ticks   int // a minute
		minutes int // after it
		every   int // minutes between two restores, on average
	}{
		{"half a day", nowcast.Least, 1, 1500, 200},
		{"half a day, finer", nowcast.Least, 4, 1000, 300},
		{"the first day to look back at", 3*1440 - 200, 2, 800, 200},
		{"all there is to look back at", 21*1440 - 500, 1, 1500, 300},
		{"five weeks", 35 * 1440, 1, 800, 300},
	} {
		for seed := range uint64(2) {
			t.Run(fmt.Sprintf("%s/%d", c.name, seed), func(t *testing.T) {
				t.Parallel()
				r := rand.New(rand.NewPCG(seed, 11))
				first := c.first + r.IntN(300)
				load := generated(r, (first+c.minutes)*c.ticks, c.ticks)
				steady, err := nowcast.Learn(t.Context(), load[:first*c.ticks], c.ticks)
				if err != nil {
					t.Fatal(err)
				}
				stopped := steady
				for i := first; i <= first+c.minutes; i++ {
					if i == first || r.IntN(c.every) == 0 {
						if stopped, err = nowcast.Restore(stopped.State()); err != nil {
							t.Fatal(err)
						}
					}
					if r.IntN(10) > 0 { // not every minute is asked for
						a, b := steady.Ahead(t.Context()), stopped.Ahead(t.Context())
						for _, minute := range []int{1, 4, 20, 60} {
							for l := range nowcast.Levels() {
								if x, y := a.Quantile(minute, l), b.Quantile(minute, l); math.Float64bits(x) != math.Float64bits(y) {
									t.Fatalf("minute %d after %d: got quantile %v of one that was restored and %v of one that was not", minute, i, y, x)
								}
							}
						}
					}
					if i == first+c.minutes {
						break
					}
					minute := load[i*c.ticks : (i+1)*c.ticks]
					steady.See(minute...)
					stopped.See(minute...)
				}
				if a, b := steady.State(), stopped.State(); string(a) != string(b) {
					t.Error("got other states of one that was restored and one that was not")
				}
			})
		}
	}
}

// generated is one of many kinds of load: waves, steps, spikes, gaps and outages.
func generated(r *rand.Rand, n, ticks int) []float64 {
	load := make([]float64, n)
	level, wave, noise, spikes, gaps := math.Exp(10*r.Float64()), r.Float64(), 0.3*r.Float64(), 0.02*r.Float64(), 0.05*r.Float64()
	out := 0
	for i := range load {
		if r.IntN(3000*ticks) == 0 {
			level *= math.Exp(r.NormFloat64())
		}
		if r.IntN(4000*ticks) == 0 {
			out = i + r.IntN(3000*ticks)
		}
		load[i] = level * max(0, 1-wave*math.Cos(2*math.Pi*float64(i)/float64(1440*ticks))+noise*r.NormFloat64())
		if r.Float64() < spikes {
			load[i] *= 10
		}
		if r.Float64() < gaps || i < out {
			load[i] = math.NaN()
		}
	}
	load[0] = level
	return load
}

// TestState_IsSmall: a service measured once a minute takes at most 300 kB at any
// age, however wild its load, and is restored within milliseconds.
func TestState_IsSmall(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 12))
	for _, days := range []int{1, 14, 21, 28, 60} {
		for name, load := range map[string][]float64{"calm": finer(days, 1, 3), "wild": generated(r, days*1440, 1)} {
			n, err := nowcast.Learn(t.Context(), load, 1)
			if err != nil {
				t.Fatal(err)
			}
			state := n.State()
			if len(state) > 300_000 {
				t.Errorf("%s: got %d bytes after %d days, want at most 300,000", name, len(state), days)
			}
			least := time.Hour
			for range 5 {
				began := time.Now()
				if _, err := nowcast.Restore(state); err != nil {
					t.Fatal(err)
				}
				least = min(least, time.Since(began))
			}
			if least > 50*time.Millisecond {
				t.Errorf("%s: restoring %d days took %v, want milliseconds", name, days, least)
			}
			t.Logf("%s: %d days: %d bytes, restored in %v", name, days, len(state), least)
		}
	}
}

func TestRestore_RefusesWhatIsDamaged(t *testing.T) {
	n := learn(t, daily(2*1440, 5))
	state := n.State()
	r := rand.New(rand.NewPCG(2, 12))
	refused := func(state []byte, want string) {
		t.Helper()
		_, err := nowcast.Restore(state)
		if !errors.Is(err, capacity.ErrBadData) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q and %v", err, want, capacity.ErrBadData)
		}
	}
	refused(nil, "are none")
	refused([]byte("{}"), "are none")
	refused(state[:len(state)/2], "damaged")
	other := append([]byte(nil), state...)
	other[8]++
	refused(other, "version is 2 and this release reads version 1")
	for range 300 {
		broken := append([]byte(nil), state...)
		at := 12 + r.IntN(len(state)-12)
		broken[at] ^= byte(1 + r.IntN(255))
		refused(broken, "damaged")
	}
	// Also what has the right checksum, by chance or design, ends in an error or in
	// a Nowcaster, and never in a panic.
	for range 3000 {
		broken := append([]byte(nil), state[:len(state)-4]...)
		for range 1 + r.IntN(3) {
			at := 12 + r.IntN(min(len(broken)-12, 1<<r.IntN(18)))
			broken[at] ^= byte(1 + r.IntN(255))
		}
		if r.IntN(4) == 0 {
			broken = broken[:12+r.IntN(len(broken)-12)]
		}
		broken = binary.LittleEndian.AppendUint32(broken, crc32.Checksum(broken, crc32.MakeTable(crc32.Castagnoli)))
		if n, err := nowcast.Restore(broken); err == nil {
			n.See(500)
			n.Ahead(t.Context())
		} else if !errors.Is(err, capacity.ErrBadData) {
			t.Fatalf("got %v, want %v", err, capacity.ErrBadData)
		}
	}
}
