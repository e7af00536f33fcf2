// Package pipeline makes a service's plan from what is known of the service. It is
// the one way to plan: activities read from the store what it needs and write what
// it returns, the command line reads files instead, and benchmarks call it directly,
// so that the same inputs give the same plan everywhere.
//
// The steps, in this order:
//
//   - [PrepareHistory] makes the measured load ready for models;
//   - [PreparedHistory.Best] forecasts with the best model of the moment, where no
//     trained model does, and [PreparedHistory.Finish] turns a forecast of the prepared
//     history into one of the demand;
//   - [ApplyLearnedValues] fills in the unit rates that are learnt and the lead times
//     that are measured;
//   - [MakePlan] limits the policy to its shares of quotas and budgets, keeps units
//     running where no model stands behind the forecast, builds the cheapest plan, and
//     returns it as it is stored.
//
// Beside them, [DraftService] and [ShareOut] divide quotas and budgets among services,
// [Accuracy] and [Anomaly] judge a plan by the load measured since, [PolicyChanges]
// compares policies, and [Costing] replays plans of the past to compare models by cost.
//
// The package reads no clock, no file and no network, and gives the same result bit for
// bit in every run.
package pipeline
