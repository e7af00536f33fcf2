package workflows_test

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/history"
)

// measured writes the load per second of half hours from the origin on, which
// the source gives away once they are over. The last of the day before is 200.
func (c *conductor) measured(t *testing.T, rates ...int) {
	t.Helper()
	var csv bytes.Buffer
	fmt.Fprintln(&csv, "timestamp,requests")
	for i, rate := range rates {
		fmt.Fprintf(&csv, "%s,%d\n", origin.Add(time.Duration(i)*30*time.Minute).Format(time.RFC3339), 1800*rate)
	}
	write(t, filepath.Join(c.dir, "load", "b.csv"), csv.Bytes())
}

// numbers is the fleet's log without the names of actions.
func (c *conductor) numbers(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, line := range c.log(t) {
		_, change, _ := strings.Cut(line, ": ")
		all = append(all, change)
	}
	return all
}

// A floor at 70 % of units of 100 per second asks for 3 units at 200, for 10 at
// 700 and for 2 at 100.
func TestExecute_Floor(t *testing.T) {
	up := change{after: 150 * time.Minute, from: 2, to: 5}
	tests := map[string]struct {
		target  capacity.TargetName
		changes []change
		load    []int
		want    []string
		note    string
	}{
		"load jumps between two plans": {
			"sim://web?units=2", nil,
			[]int{200, 700, 700, 100, 100, 100, 100, 100, 100, 100, 100, 100},
			[]string{"2 → 3", "3 → 10", "10 → 2"},
			"",
		},
		"beneath the plan": {
			"sim://web?units=2",
			[]change{up},
			[]int{200, 700, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200},
			[]string{"2 → 3", "3 → 10", "10 → 3", "3 → 5"},
			"",
		},
		"the target runs more": {
			"sim://web?units=20", nil,
			[]int{200, 700, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200},
			nil, "",
		},
		"the load is no longer measured": {
			"sim://web?units=2", nil,
			[]int{200, 700},
			[]string{"2 → 3", "3 → 10", "10 → 2"},
			"the floor no longer counts, no load was measured since 2026-03-08T01:00:00Z",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := newConductor(t, test.target)
			c.policy.Control.Floor = capacity.Floor{Dynamic: 0.7}
			c.measured(t, test.load...)
			c.offer(0, c.plan(t, "p", 0, test.changes...), updateCallbacks{})
			state := c.conduct(t, c.state())
			if diff := cmp.Diff(test.want, c.numbers(t)); diff != "" {
				t.Errorf("the fleet's log (-want +got):\n%s", diff)
			}
			// Load is measured for as long as the plan lasts, and the test goes on.
			notes := strings.Join(state.Notes, "\n")
			if !strings.Contains(notes, test.note) || test.note == "" && strings.Count(notes, "floor") > strings.Count(notes, "no load was measured since 2026-03-08T06:00:00Z") {
				t.Errorf("got notes %q, want %q", notes, test.note)
			}
		})
	}
}

// A source that cannot be read never keeps a plan from being carried out.
func TestExecute_FloorBlind(t *testing.T) {
	c := newConductor(t, "sim://web?units=2")
	c.policy.Control.Floor = capacity.Floor{Dynamic: 0.7}
	c.acts.Sources = func(string) (history.Source, error) { return nil, errors.New("the source is down") }
	c.offer(0, c.plan(t, "p", 0, change{after: time.Hour, from: 2, to: 6}), updateCallbacks{})
	c.run(t)
	c.check(t, "p", []string{"p/0: 2 → 6"}, []string{"p/0: done"})
}
