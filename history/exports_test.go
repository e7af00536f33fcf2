package history_test

import (
	"bytes"
	"errors"
	"math"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/history"
	"headroom/history/historytest"
)

// TestRead_Exports reads the files of monitoring, spreadsheets and databases: with
// the right load, or refused where it cannot be told for certain.
func TestRead_Exports(t *testing.T) {
	for seed := range uint64(8) {
		for _, e := range historytest.Exports(seed) {
			d := capacity.Demand{Time: e.Time, Value: e.Value, Aggregate: e.Aggregate, Step: e.Step, Timezone: e.Timezone, ZoneGiven: e.Timezone != ""}
			// These can be read in two ways, and the policy has to say in which.
			d.TimeFormat = map[string]string{"Excel, US": "%m/%d/%Y %I:%M %p", "Excel, British": "%d/%m/%Y %H:%M"}[e.Name]
			if e.ID != "" {
				d.Across = capacity.Sum
			}
			rows, err := history.Read(e.Name, bytes.NewReader(e.Data), int64(len(e.Data)), d, history.Limits{})
			if err != nil {
				if e.Want == historytest.Read || !errors.Is(err, capacity.ErrBadData) {
					t.Errorf("seed %d: %v: %v", seed, e, err)
				}
				continue
			}
			if e.Want == historytest.Refused {
				t.Errorf("seed %d: %v: got it read, want it refused", seed, e)
				continue
			}
			table, err := history.Merge([]history.Rows{rows}, time.Time{}, time.Time{}, history.Limits{})
			if err != nil {
				t.Errorf("seed %d: %v: %v", seed, e, err)
				continue
			}
			wrong := 0
			for i := range min(table.Rows(), len(e.Times)) {
				if !table.Time(i).Equal(e.Times[i]) || math.Abs(table.Value(i)-e.Values[i]) > 1e-6*(1+e.Values[i]) {
					wrong++
				}
			}
			if wrong > 0 || table.Rows() != len(e.Times) {
				t.Errorf("seed %d: %v: %d of %d rows are wrong, want %d right ones", seed, e, wrong, table.Rows(), len(e.Times))
			}
			table.Release()
		}
	}
}
