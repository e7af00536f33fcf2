package simulate

import (
	"testing"
	"time"
)

// TestProgressText: the rest takes as long as the work before did, but one policy
// alone is on one core.
func TestProgressText(t *testing.T) {
	efforts := []effort{{total: 100 * time.Second}, {total: 60 * time.Second}, {total: 40 * time.Second}}
	for name, test := range map[string]struct {
		worked []time.Duration
		ended  int
		since  time.Duration
		cores  int
		want   string
	}{
		"nothing yet": {[]time.Duration{0, 0, 0}, 0, 10 * time.Second, 2, "simulate: 0% done, 0 of 3 policies"},
		// 50 s of work in 25 s: the 150 s that are left take 75 s.
		"one core": {[]time.Duration{50 * time.Second, 0, 0}, 0, 25 * time.Second, 1, "simulate: 25% done, 0 of 3 policies, about 75 s left"},
		// 100 s of work in 50 s on two cores: a core does one second in a second. 100 s
		// are left, all of them of one policy: 100 s, and not 50 s.
		"slowest": {[]time.Duration{0, 60 * time.Second, 40 * time.Second}, 2, 50 * time.Second, 2, "simulate: 50% done, 2 of 3 policies, about 2 min left"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := progressText(efforts, test.worked, test.ended, test.since, test.cores); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestAbout: rough times, in the unit that people say them in.
func TestAbout(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Millisecond: "5 s", 61 * time.Second: "65 s", 100 * time.Second: "2 min", 15 * time.Minute: "15 min", 3 * time.Hour: "3.0 h",
	} {
		if got := about(d); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
}
