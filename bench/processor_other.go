//go:build !unix

package main

import "time"

var begin = time.Now() //nolint:forbidigo // where there is no processor time, the wall's must do

// processorTime is the seconds on the wall since the program began.
func processorTime() float64 {
	return time.Since(begin).Seconds() //nolint:forbidigo // as above
}
