package history_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/history"
)

// TestRead_Alternating: parts of one load that are measured at other seconds are
// refused or put together; a state that changes from row to row is neither.
func TestRead_Alternating(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	start := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	var pods, states strings.Builder
	pods.WriteString("time,pod,value\n")
	states.WriteString("time,state,value\n")
	for i := range 600 {
		minute := start.Add(time.Duration(i) * time.Minute)
		for k, off := range []int{3, 17, 48} {
			fmt.Fprintf(&pods, "%s,pod-%d,10\n", minute.Add(time.Duration(off)*time.Second).Format(time.RFC3339), k)
		}
		fmt.Fprintf(&states, "%s,%s,10\n", minute.Format(time.RFC3339), []string{"idle", "busy", "hot"}[r.IntN(3)])
	}
	d := capacity.Demand{Time: "time", Value: "value", Aggregate: capacity.Mean, Step: time.Minute}
	_, err := history.Read("pods.csv", strings.NewReader(pods.String()), 0, d, history.Limits{})
	wantBad(t, err, `"pod"`, "3 parts", "every 1m", "demand.across")
	if got := mustTable(t, d, states.String()); got.Rows() != 600 {
		t.Errorf("states: got %d rows, want 600", got.Rows())
	}
	d.Across = capacity.Sum
	got := mustTable(t, d, pods.String())
	if got.Rows() != 600 || got.Value(300) != 30 {
		t.Errorf("pods: got %d rows, one of %v, want 600 of 30", got.Rows(), got.Value(300))
	}
}
