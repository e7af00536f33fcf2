package simulate

import (
	"fmt"
	"io"
	"math"
	"runtime"
	"time"

	"headroom/capacity"
	"headroom/simulate/baseline"
)

// What a tick of a run takes of one core, as measured on one processor. The
// estimates need only their relations and the order of magnitude.
const (
	tickEffort      = 80 * time.Nanosecond
	craneEffort     = 3 * time.Microsecond
	shortTermEffort = 760 * time.Nanosecond
	forecastEffort  = 40 * time.Microsecond // of a tick that is forecast for the first time
	unitEffort      = 12 * time.Nanosecond  // of a unit that the oracle decides about
)

// boundRuns is about how many runs the exact oracle takes.
const boundRuns = 12

// An effort is what the runs of one policy take of one core.
type effort struct {
	tick            time.Duration // of most runs
	first           time.Duration // of a tick of the first run of each part
	training, total time.Duration
}

// effortOf is that of a policy on t.
func (t *trial) effortOf(c contender) effort {
	tested, training := time.Duration(t.tested.Load.Len()-t.tested.From), time.Duration(t.training.Load.Len()-t.training.From)
	runs := time.Duration(len(c.policy.Settings()))
	e := effort{tick: tickEffort}
	switch c.Policy {
	case shortTerm:
		e.tick = shortTermEffort
	case baseline.Crane{}.Name():
		e.tick = craneEffort
	case fairOracle:
		e.tick, runs = unitEffort*t.peak(), runs+boundRuns
	case instantOracle:
		runs += boundRuns
	}
	e.first = e.tick
	if c.Policy == shortTerm {
		e.first += forecastEffort
		e.training = forecastEffort * time.Duration(t.training.From) * 6 / 10 // what it learns from first
	}
	if !c.Foresight {
		e.training += runs*training*e.tick + training*(e.first-e.tick)
		runs++
	}
	e.total = e.training + runs*tested*e.tick + tested*(e.first-e.tick)
	return e
}

// peak is how many units the highest load needs.
func (t *trial) peak() time.Duration {
	highest := 0.0
	for _, v := range t.tested.Load.Values[t.tested.From:] {
		if v > highest {
			highest = v
		}
	}
	units := capacity.UnitsFor(highest, t.tested.Pool.UnitRate)
	if most := t.tested.Pool.Max; most > 0 {
		units = min(units, most)
	}
	return time.Duration(units) + 1
}

// long is from which time on a simulation is announced, and usual the part of a
// trace that is proposed then.
const (
	long  = time.Minute
	usual = 28 * 24 * time.Hour
)

// announce says how long the simulation is expected to take, if that is long.
func (t *trial) announce(stderr io.Writer, efforts []effort) {
	var total, longest time.Duration
	for _, e := range efforts {
		total += e.total
		longest = max(longest, e.total)
	}
	cores := runtime.GOMAXPROCS(0)
	wall := max(longest, total/time.Duration(cores))
	if wall < long {
		return
	}
	whole := t.tested.Load.Step * time.Duration(t.tested.Load.Len())
	text := fmt.Sprintf("simulate: %s days in ticks of %s: about %s", capacity.Trim(whole.Hours()/24, 0), capacity.Brief(t.tested.Load.Step), about(wall))
	if whole > usual*5/4 {
		text += fmt.Sprintf("; --last %s takes about %s", inDays(usual), about(time.Duration(float64(wall)*float64(usual)/float64(whole))))
	}
	fmt.Fprintln(stderr, text)
}

// inDays writes a duration as --last takes it.
func inDays(d time.Duration) string {
	if d%(24*time.Hour) == 0 {
		return fmt.Sprintf("%dd", d/(24*time.Hour))
	}
	return capacity.Brief(d)
}

// about writes a time that is only known roughly.
func about(d time.Duration) string {
	switch {
	case d < 90*time.Second:
		return fmt.Sprintf("%.0f s", max(1, math.Ceil(d.Seconds()/5)*5))
	case d < 90*time.Minute:
		return fmt.Sprintf("%.0f min", d.Minutes())
	}
	return fmt.Sprintf("%.1f h", d.Hours())
}
