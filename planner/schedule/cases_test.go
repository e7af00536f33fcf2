package schedule_test

import (
	"flag"
	"testing"
)

var manyCases = flag.Int("cases", 0, "how many random cases each test tries, 0 for its own number")

// cases is how many random cases a test tries: so many, fewer with -short, or
// what -cases says.
func cases(count int) int {
	switch {
	case *manyCases > 0:
		return *manyCases
	case testing.Short():
		return count / 10
	}
	return count
}
