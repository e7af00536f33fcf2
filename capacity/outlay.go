package capacity

// An Outlay is what capacity would have cost if it had been planned by a
// model's forecasts, from the origins of its backtest, and the load that came
// was served by it. Costs are money under a policy, and unit-hours without one.
type Outlay struct {
	// Promised is the share of steps in which capacity may be missing. Plans are
	// made at many levels of risk; Cost is what they cost where they keep this
	// share, so that all models are compared at the same service. It is zero,
	// and Kept false, if no level keeps it.
	Promised float64
	Cost     float64
	Kept     bool
	// Ratio is Cost over that of what it is compared with, within 0.01 and 100.
	// Low and High hold 95 of 100 of the ratios that resampling the origins gives.
	Ratio     float64
	Low, High float64
	// What plans at the promised level itself come to: how well the quantiles
	// keep what they promise.
	UnitHours float64 // that ran
	Missing   float64 // unit-hours that were needed and did not run
	Short     float64 // share of steps in which capacity was missing
}
