package simulate_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/simulate"
)

// flapping asks for 1 and 2 in turn.
func flapping(n int) script {
	var asks []capacity.Units
	for i := range n {
		asks = append(asks, capacity.Units(1+i%2))
	}
	return script{asks: asks}
}

func TestFaults_Fail(t *testing.T) {
	const n = 4000
	c := simulate.Case{Load: load(steady(n, 5)...), Pool: pool(), Start: 1, Faults: simulate.Faults{Fail: 0.25}}
	run := mustRun(t, c, flapping(n))
	share := float64(run.Refused) / float64(run.Refused+len(run.Changes))
	// Four standard deviations of a share of 0.25 in about 3,000 tries.
	if math.Abs(share-0.25) > 0.032 {
		t.Errorf("a share of %v failed, want 0.25", share)
	}
	for i, change := range run.Changes {
		if i > 0 && change.From != run.Changes[i-1].To {
			t.Fatalf("change %d is from %d, the one before was to %d", i, change.From, run.Changes[i-1].To)
		}
	}
}

func TestFaults_Throttle(t *testing.T) {
	c := simulate.Case{Load: load(steady(9, 5)...), Pool: pool(), Start: 1, Faults: simulate.Faults{Throttle: time.Minute}}
	run := mustRun(t, c, script{asks: []capacity.Units{2, 3, 4, 5, 6, 7, 8, 9, 10}})
	if want := []simulate.Change{{0, 1, 2}, {4, 2, 6}, {8, 6, 10}}; !slices.Equal(run.Changes, want) || run.Refused != 6 {
		t.Errorf("changes are %v and %d were refused, want %v and 6", run.Changes, run.Refused, want)
	}
}

// TestFaults_Late: an action is carried out at most two minutes late, and a
// newer one is not overtaken by it.
func TestFaults_Late(t *testing.T) {
	lateness := map[int]bool{}
	for seed := range uint64(60) {
		c := simulate.Case{Load: load(steady(30, 5)...), Pool: pool(), Start: 1, Faults: simulate.Faults{Late: 2 * time.Minute}, Seed: seed}
		c.Pool.LeadTime = 0
		run := mustRun(t, c, script{asks: []capacity.Units{5}})
		if len(run.Changes) != 1 {
			t.Fatalf("a policy that sees what it asked for asks %d times", len(run.Changes))
		}
		late := slices.Index(run.Ready, 5)
		if late < 0 || late > 8 {
			t.Fatalf("carried out at tick %d, want at most 8", late)
		}
		lateness[late] = true
		run = mustRun(t, c, script{asks: []capacity.Units{5, 5, 3}})
		if last := run.Ready[len(run.Ready)-1]; last != 3 {
			t.Fatalf("%d units serve in the end, want the 3 of the newer action", last)
		}
	}
	if len(lateness) < 6 {
		t.Errorf("only %d kinds of lateness in 60 seeds", len(lateness))
	}
}

// TestFaults_Shortage: requests wait, unpaid, until it ends.
func TestFaults_Shortage(t *testing.T) {
	c := simulate.Case{Load: load(steady(5760, 5)...), Pool: pool(), Start: 1, Seed: 3, Faults: simulate.Faults{Shortage: simulate.Outage{PerDay: 20, Lasting: 10 * time.Minute}}}
	waited := 0
	asks := make([]capacity.Units, 5760)
	for i := range asks {
		asks[i] = capacity.Units(1 + i/40%2)
	}
	run := mustRun(t, c, script{asks: asks})
	for i, asked := range run.Asked {
		if run.Paid[i] < asked {
			waited++
		}
		// What is given up while it waits does not come later. Draining is 4 ticks.
		if most := slices.Max(run.Asked[max(0, i-4) : i+1]); run.Paid[i] > most {
			t.Fatalf("%d units are paid for at tick %d, at most %d were asked for", run.Paid[i], i, most)
		}
		if run.Ready[i] > run.Paid[i] {
			t.Fatalf("%d units serve and %d are paid for at tick %d", run.Ready[i], run.Paid[i], i)
		}
	}
	// Twenty times ten minutes are at most 800 of 5760 ticks, and half of them
	// begin with a request.
	if waited < 100 || waited > 600 {
		t.Errorf("requests waited for %d ticks, want some hundreds", waited)
	}
}

// TestFaults_Interruption: all units are gone at once, as often as the chance
// per hour says, and back after a lead time.
func TestFaults_Interruption(t *testing.T) {
	const days = 40
	c := simulate.Case{Load: load(steady(days*5760, 5)...), Pool: pool(), Start: 3}
	c.Pool.Interruption = 0.1
	run := mustRun(t, c, script{asks: []capacity.Units{3}})
	times := 0
	for i, ready := range run.Ready {
		if ready == 0 && run.Ready[max(0, i-1)] == 3 {
			times++
			if i+2 < len(run.Ready) && run.Ready[i+2] == 0 && run.Ready[i+1] == 3 {
				t.Fatalf("units do not come back at tick %d", i)
			}
		}
	}
	// 960 hours at a rate of -ln(0.9) = 0.105: 101 times, give or take 4·√101.
	if times < 61 || times > 141 {
		t.Errorf("the market took the units back %d times, want about 101", times)
	}
	if score := run.Score(); score.Share == 0 || score.Actions != 0 {
		t.Errorf("score is %+v, want missing capacity and no action", score)
	}
}

// TestFaults_Gap: what is measured in a gap never arrives; the load counts.
func TestFaults_Gap(t *testing.T) {
	c := simulate.Case{Load: load(steady(5760, 5)...), Pool: pool(), Start: 1, Faults: simulate.Faults{Gap: simulate.Outage{PerDay: 10, Lasting: 5 * time.Minute}}}
	var last []float64
	run := mustRun(t, c, script{asks: []capacity.Units{1}, see: func(v *simulate.View) { last = slices.Clone(v.Load) }})
	gaps := 0
	for _, v := range last {
		if math.IsNaN(v) {
			gaps++
		}
	}
	if gaps < 20 || gaps > 400 {
		t.Errorf("%d ticks are gaps, want about 200", gaps)
	}
	if minutes := run.Score().Minutes; minutes != 24*60 {
		t.Errorf("%v minutes count, want a day", minutes)
	}
}

// TestCase_Jitter: the lead time of a unit is lognormal about the pool's.
func TestCase_Jitter(t *testing.T) {
	c := simulate.Case{Load: load(steady(4000, 5)...), Pool: pool(), Start: 1, Jitter: 0.5}
	c.Pool.LeadTime = 10 * time.Minute
	run := mustRun(t, c, script{asks: []capacity.Units{1001}})
	median := slices.IndexFunc(run.Ready, func(n int32) bool { return n > 500 })
	// The median of 1000 is within four of its standard errors, 0.5·1.25/√1000,
	// of 40 ticks.
	if median < 36 || median > 44 {
		t.Errorf("half of the units serve at tick %d, want about 40", median)
	}
	// One in 6.3 takes more than one standard deviation longer.
	if late := 1001 - run.Ready[int(40*math.Exp(0.5))]; late < 110 || late > 210 {
		t.Errorf("%d units take longer than 66 ticks, want about 159", late)
	}
}
