package unitrate

import (
	"fmt"

	"headroom/capacity"
)

// Apply learns the unit rate of a pool from samples and returns the pool with
// it, the log with it, and a note that says how it was found. Unread, if not nil,
// is why there are no samples. If the rate cannot be learnt, the one that was last
// learnt stays, but never more than the newest day shows; without one, the one
// that the policy names for that case; and the note says why. With neither, the
// error is unread, or one of [Learn]. A pool whose rate is declared is returned as
// it is, without a note.
func Apply(p capacity.Pool, samples []Sample, unread error, log Log) (capacity.Pool, Log, string, error) {
	if !p.Learn.Wanted() {
		return p, log, "", nil
	}
	column, aim := p.Learn.Utilisation, Aim{Utilisation, p.Learn.At}
	if p.Learn.Latency != "" {
		column, aim = p.Learn.Latency, Aim{Latency, p.Learn.At}
	}
	rate, err := Rate{}, unread
	if err == nil {
		rate, err = Learn(samples, aim)
	}
	last, known := log.Of(p)
	declared := p.UnitRate
	switch {
	case err != nil && known:
		var note string
		p.UnitRate, note = last.within(samples, aim, last.Rate)
		return p, log, fmt.Sprintf("%s: the unit rate could not be learnt from %q (%v); it is %s", p.Name, column, err, note), nil
	case err != nil && declared > 0:
		note := fmt.Sprintf("%s: the unit rate could not be learnt from %q (%v); it is %s, as the policy has it", p.Name, column, err, capacity.Figure(declared))
		if most, ok := Shown(samples, aim, declared); ok && most < declared {
			note += fmt.Sprintf("; the newest day shows %s", capacity.Figure(most))
		}
		return p, log, note, nil
	case err != nil:
		return p, log, "", fmt.Errorf("learn the unit rate of pool %q from %q, or write unitRate beside learn: %w", p.Name, column, err)
	}
	p.UnitRate = rate.Rate
	note := fmt.Sprintf("%s: one unit serves %s, learnt at %s of %q", p.Name, rate, aim, column)
	if rate.Percent {
		note += ", which is in percent"
	}
	switch {
	case !rate.AtLeast:
		log = log.With(Learnt{p.Name, p.Learn, rate.Rate, samples[len(samples)-1].At})
	case known && last.Rate > rate.Rate:
		// A fleet that is large for its load must not unlearn what a unit serves: it
		// would only grow.
		var said string
		p.UnitRate, said = last.within(samples, aim, min(last.Rate, rate.High))
		note += "; it is " + said
	}
	return p, log, note, nil
}

// within is a rate of at most what was last learnt, cut back to what the newest
// day shows, and both in words.
func (l Learnt) within(samples []Sample, aim Aim, rate float64) (float64, string) {
	said := fmt.Sprintf("%s, as last learnt (from steps up to %s)", capacity.Figure(l.Rate), l.To.Format("Mon 2 Jan 15:04"))
	if rate < l.Rate {
		said = fmt.Sprintf("%s, the most that the samples allow of %s", capacity.Figure(rate), said)
	}
	if most, ok := Shown(samples, aim, rate); ok && most < rate {
		return most, fmt.Sprintf("%s, which is what the newest day shows; it was %s", capacity.Figure(most), said)
	}
	return rate, said
}
