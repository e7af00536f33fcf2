// Package controller decides, every 15 to 60 seconds, how many units a service asks
// for, from the last minutes of its load and within what its conductor lets it do.
//
// # The three layers
//
// A plan is made every hour, for two days. The conductor of a service (package
// executor) carries it out, and publishes an [Envelope] whenever anything in it has
// changed: the least and the most units, a hold, an end, and what is promised. The
// controller decides inside the envelope, and nowhere else. It knows no orders,
// freezes, budgets or events but by the envelope.
//
// # How to use it
//
//	c, err := controller.New(ctx, controller.Start{...})  // or Restore(state)
//	for each tick {
//		d := c.Tick(ctx, controller.Tick{Now: ..., Loads: ..., Envelope: ..., Target: ...})
//		if d.Act {
//			// ask the target for d.Units, or set them as its minimum if d.Minimum
//		}
//		if d.Digest != nil {
//			// an hour has ended: put its account into the audit
//		}
//		// every few minutes: save c.State()
//	}
//
// The package is pure: time and load are arguments, and nothing is read or written. One
// Controller is for one service, and not safe for use by several goroutines at once.
// Equal inputs give equal decisions, also after [Restore].
//
// # How it decides
//
// The first of these that applies:
//
//  1. Hold: the mode is off, the envelope holds or has expired, or what the target runs
//     is not known. Nothing is asked for.
//  2. Stale: the newest measurement is older than Envelope.Fresh. The number stays; once
//     it is older than Envelope.LetGo, the plan decides, or if there is none the number
//     stays.
//  3. Floor: there are not twelve hours of load yet. A reactive strategy decides, and
//     what the plan asks for is the least.
//  4. Forecaster: what [nowcast.Forecast.Ask] asks for. How careful that is follows from
//     how often capacity was missing ([nowcast.Care]), so that the promised share of
//     time is kept. A load that has lasted five minutes is served even if the forecaster
//     has never seen its like and does not believe in it. The ordinary plan counts only
//     where units take longer than the hour that is forecast.
//
// The units of an announced event are a least number from before it begins, until its
// load should be there and is not.
//
// Then come limits: the least and the most units of the envelope, no lowering in a
// freeze, the largest step, and the reversals and calls of an hour. When reversals or
// calls run out, what is lowered waits and what is raised goes on; to move a number into
// the envelope none of them counts.
//
// # Modes
//
// In mode [Shadow] all is decided and nothing is asked for: the number that the
// controller would have asked for is what it goes on from, and what would have served
// is what it is judged by. In mode [RaiseOnly] the number is the minimum of an
// autoscaler, so that never fewer units run than the autoscaler alone would run.
//
// A service with several pools moves one of them, the dearest that the plan lets vary;
// the load that the others serve is Envelope.Served.
package controller
