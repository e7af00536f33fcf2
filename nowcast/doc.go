// Package nowcast forecasts the load of the next hour, minute by minute, from
// the minutes that were just seen, and says how many units to ask for now. A
// plan is made hours ahead, from a forecast in the steps of its policy; a
// nowcast sees what has happened since, down to the last minute.
//
// # The forecast
//
// Each of some horizons from one minute to an hour has a regression of its own
// ("direct" forecasts, compared with recursive ones by Ben Taieb, Bontempi,
// Atiya and Sorjamaa, Expert Systems with Applications 39, 2012, 7067-7083): the
// load at that horizon on means of the last minutes and hours, and on the same
// time on the days and in the week before. Load is taken as its square root, by
// which counts have the same spread at every level (Bartlett, Supplement to the
// Journal of the Royal Statistical Society 3, 1936, 68-78). A second regression
// says how far off the first will be: the logarithm of its error on how
// restless the load was just now, today, and around that time on the days
// before. Quantiles are those of the past errors, each divided by what the
// second regression had said; errors of forecasts that were about as sure of
// themselves count most, since spikes out of a calm are of another kind than the
// unrest of a busy hour.
//
// A second forecaster is the plain distribution of that hour of the week. At
// each horizon and level the two are averaged with weights that fall
// exponentially in their recent quantile loss, as in prediction with expert
// advice (Cesa-Bianchi and Lugosi, Prediction, Learning, and Games, 2006,
// chapter 2): load that nothing foretells is then served as its distribution
// asks, and not by chasing noise.
//
// # The number of units
//
// Missing capacity is counted in minutes. A minute is worth serving as long as
// one more unit makes it sufficiently more likely that nothing is missing, so
// the number that [Forecast.Ask] chooses maximises
//
//	worth · P(load ≤ units · rate) − units
//
// where worth is what a minute without missing capacity is worth, in
// unit-minutes. That is not one quantile for all times: where the load is wild,
// certainty is dear, and is bought where it is cheap instead. The probability is
// taken as its least concave majorant above the median, so that units can be
// judged one by one.
//
// A unit that is there and is not wanted when another one asked for now would
// serve is let go, unless it is wanted in one of the minutes to come: those
// within a lead time, and where that is long, as many again.
//
// # What is kept
//
// Errors and loads are kept as counts in cells, in which older ones count less:
// those of a week at a time constant of half a week, which has the same mean age.
// Minutes are kept for eight days, or from the beginning as long as regressions
// still grow with what was seen. So a Nowcaster does not grow with its age or
// with the number of ticks in a minute, and [Nowcaster.State] is small. [Restore]
// makes one that goes on bit for bit. Sums over minutes are whole numbers, since
// they must not depend on where the memory begins.
//
// The package is pure: no clock and no chance. What is learnt depends only on
// the minutes seen so far.
package nowcast
