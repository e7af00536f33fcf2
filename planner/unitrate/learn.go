// Package unitrate learns from measured load how much load one unit serves at
// a utilisation or a latency that is still good: the unit rate of a policy. It
// puts a line, or a curve where the measurements bend, through load per unit
// and utilisation (or one over latency), and reads it at the target. [Apply]
// does so for a pool of a policy; [Learn] is the method itself.
package unitrate

import (
	"fmt"
	"math"
	"time"

	"headroom/capacity"
)

// fewest samples that are learnt from: eight hours of five-minute steps.
const fewest = 100

// capped is how many times what the newest day shows a curve has to say for it to
// be told.
const capped = 1.02

// reach is how many times the load per unit that was seen a rate may say.
const reach = 1.5

// Learn finds the load that one unit serves at the aim, with an interval. The
// samples are in the order of time, at equal steps; of more than 4096 the last
// count. The method:
//
//   - Samples that say nothing (not finite, no load, no units) are left out,
//     and so are idle ones, with less than a twentieth of the highest load per
//     unit: what a unit does then is not work.
//   - The rest is put into up to 60 groups of like units and load per unit,
//     each of which counts by its median; so outliers do not count. Groups that
//     are saturated (97 % busy, or four times as slow as the aim) say how the
//     overload looks, and are left out.
//   - Utilisation y of load per unit x is a line, y = a + bx. Latency R is that
//     of a queue, R = k/(c−x), so that 1/R is a line (M/M/1; on published
//     measurements of language models on A100 and H100 it is nearly one, up to
//     the batch at which they collapse).
//   - It bends where groups and repetitions clearly say so: by a square, or by contention σ
//     and coherency κ among n units, y = a + bx(1 + σ(n−1) + κn(n−1)), which is
//     the universal scalability law (Gunther, Guerrilla Capacity Planning, 2007)
//     for the work that each unit has to do. The rate is then that at the most
//     units that were seen.
//   - The interval is that of 200 repetitions on blocks of samples drawn with
//     replacement (Künsch, Annals of Statistics 17, 1989), always the same ones.
//
// Before all of this, samples from before the newest change of what a unit serves
// (a new machine type, model or image) are left out. Where an autoscaler holds the
// utilisation near the aim, load per unit hardly differs and no line can be told:
// the rate is then load per unit over utilisation, times the aim.
//
// Whatever the curve says, the rate is never more than the newest day shows: its
// load per unit over its utilisation, times the aim, or the load per unit at which
// its latency was at the aim. [Rate.Capped] tells. A rate that says more than 1.5
// times the highest load per unit that was seen is cut back to that load, a lower
// bound, and [Rate.AtLeast] tells.
//
// The errors are ErrTooShort with fewer than 100 samples that count, and
// ErrBadPolicy if the aim is impossible, or if the samples do not tell: the
// signal does not depend on load, falls with it, or is beyond the aim without
// any load.
func Learn(samples []Sample, aim Aim) (Rate, error) {
	if err := aim.check(); err != nil {
		return Rate{}, err
	}
	used, percent := usable(samples, aim)
	if len(used) < fewest {
		return Rate{}, fmt.Errorf("%d of %s of history have load, units and %s, and %d are needed: wait for more: %w", len(used), capacity.Count(len(samples), "step"), aim.Signal, fewest, capacity.ErrTooShort)
	}
	var since time.Time
	newest := newestChange(used, aim)
	if newest.first > 0 {
		used, since = used[newest.first:], used[newest.first].At
	}
	out, ok := proportion(used, aim)
	if !ok && len(used) < fewest {
		return Rate{}, fmt.Errorf("what a unit serves changed at %s; of the steps since then %d have load, units and %s, and %d are needed: wait for more: %w",
			since.Format("Mon 2 Jan 15:04"), len(used), aim.Signal, fewest, capacity.ErrTooShort)
	}
	if !ok {
		var err error
		if out, err = read(used, aim); err != nil {
			return Rate{}, err
		}
	}
	out.Percent, out.Since = percent, since
	most, ok := shown(used, aim, out.Rate)
	if !ok {
		most = math.Inf(1)
	}
	if most = min(most, out.Rate*math.Exp(newest.drop)); out.Rate > most {
		out.Capped = !out.AtLeast && out.Rate > capped*most
		out.Rate = round(most)
		out.Low = min(out.Low, out.Rate)
	}
	return out, nil
}

// Shown is what the newest day shows a unit to serve at the aim where its load is
// nearest to rate, however little is known of other loads. It is not ok if the day
// shows nothing.
func Shown(samples []Sample, aim Aim, rate float64) (most float64, ok bool) {
	used, _ := usable(samples, aim)
	if aim.check() != nil || len(used) == 0 {
		return 0, false
	}
	most, ok = shown(used[newestChange(used, aim).first:], aim, rate)
	return round(most), ok
}

// read reads the aim from the curve through samples.
func read(used []Sample, aim Aim) (Rate, error) {
	g := group(used, aim)
	if len(g.cells) < fewestCells {
		return Rate{}, fmt.Errorf("the units were saturated almost always, so what they serve at %s cannot be told: run more of them for a day, or check the column and at: %w", aim, capacity.ErrBadPolicy)
	}
	curves := g.choose()
	if len(curves) == 0 {
		return Rate{}, g.unclear(aim, g.repeat(curve{form: forms[0]}, used, aim))
	}
	c := curves[0]
	drawn := g.repeat(c, used, aim)
	for _, simpler := range curves[1:] {
		if !drawn.wavers() {
			break
		}
		c, drawn = simpler, g.repeat(simpler, used, aim)
	}
	if drawn.doubt() {
		return Rate{}, g.unclear(aim, drawn)
	}
	rate := c.at(aim.level(), g)
	if !(rate > 0) {
		return Rate{}, fmt.Errorf("%s is beyond %s even without load: choose another target: %w", aim.Signal, aim, capacity.ErrBadPolicy)
	}
	out := Rate{
		Rate: round(rate), Low: round(min(rate, drawn.low)), High: round(max(rate, drawn.high)),
		Form: c.form.name, Samples: len(used), Units: g.units(), Seen: round(g.seen()),
	}
	out.Contention, out.Coherency = c.usl()
	if rate > max(reach*g.seen(), g.overload) {
		out.AtLeast = true
		out.Rate = round(min(max(g.seen(), g.overload), drawn.low))
		out.Low = out.Rate
	}
	return out, nil
}

// unclear says why no slope can be told.
func (g grouped) unclear(aim Aim, drawn repeated) error {
	low, high := g.least(), g.seen()
	switch {
	case high < 1.2*low:
		return fmt.Errorf("the load per unit was nearly always the same (%s to %s), so what it does to %s cannot be told: keep the number of units still for a day: %w", capacity.Figure(low), capacity.Figure(high), aim.Signal, capacity.ErrBadPolicy)
	case drawn.flat == repetitions && !g.level():
		return fmt.Errorf("%s falls as the load of a unit grows, so it does not tell what a unit serves: check the columns: %w", aim.Signal, capacity.ErrBadPolicy)
	}
	return fmt.Errorf("%s does not depend on load (%s to %s for each unit), so it does not tell what a unit serves: check the columns, or measure something that does: %w", aim.Signal, capacity.Figure(low), capacity.Figure(high), capacity.ErrBadPolicy)
}

// round keeps four digits: more are noise, and the last bits of a float differ
// between machines.
func round(v float64) float64 {
	if v == 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return v
	}
	scale := math.Pow(10, 3-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*scale) / scale
}
