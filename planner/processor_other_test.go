//go:build !unix

package planner_test

import "testing"

// processor is the milliseconds on the wall since the benchmark began.
func processor(b *testing.B) float64 { return 1e3 * b.Elapsed().Seconds() }
