package capacity

// A Score is how well a model forecast a series from rolling origins. It holds
// no NaN, so that it can be stored and sent.
type Score struct {
	Model   string
	Origins int
	Points  int     // forecast steps that had a measurement to compare with
	MAE     float64 // mean absolute error, in the unit of the series
	MASE    float64 // MAE over the in-sample MAE of the daily seasonal naive, per origin
	SMAPE   float64 // in percent, the M4 form 200|y-f|/(|y|+|f|)
	// Pinball is the mean over quantile levels of the pinball loss 2·ρ, over
	// the mean of the measured values, so that series compare.
	Pinball float64
	// Skill is 1 - Pinball / the baseline's Pinball: positive is better than
	// the baseline.
	Skill    float64
	Coverage []Coverage
	// Outlay is what its plans would have cost, of models compared by cost.
	Outlay *Outlay `json:",omitempty"`
	// Refused says why the model has no score; then all numbers are zero, and
	// Code is the reason in short.
	Refused string
	Code    Code `json:",omitempty"`
}

// Coverage compares a quantile level with the share of measurements that fell
// below it, on origins that the calibration had not seen.
type Coverage struct {
	Level float64
	Share float64
}
