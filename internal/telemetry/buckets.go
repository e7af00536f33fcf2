package telemetry

import "strings"

// The upper bounds of histograms, in seconds.
var (
	// callBuckets are for a call to a server, from a millisecond to a timeout.
	callBuckets = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
	// waitBuckets are for what waits or runs, from five milliseconds to a day.
	waitBuckets = []float64{.005, .025, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14400, 86400}
	// leadBuckets are for units that come up, from 15 seconds to an hour.
	leadBuckets = []float64{15, 30, 60, 90, 120, 180, 240, 300, 420, 600, 900, 1200, 1800, 2700, 3600}
)

// bucketsOf are the bounds for a timer of Temporal's SDK.
func bucketsOf(timer string) []float64 {
	switch {
	case strings.Contains(timer, "schedule_to_start"), strings.Contains(timer, "long_request"):
		return waitBuckets
	case strings.Contains(timer, "request"), strings.Contains(timer, "workflow_task"), strings.Contains(timer, "local_activity"):
		return callBuckets
	}
	return waitBuckets
}
