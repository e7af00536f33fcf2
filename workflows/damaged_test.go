package workflows_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"headroom/audit"
	"headroom/capacity"
)

// A damaged object that a plan only reads beside its history stops no plan and no
// retraining: it is kept aside, with a record of it.
func TestPlan_DamagedObjects(t *testing.T) {
	champion, day := capacity.ChampionKey("web"), capacity.DayKey("web", origin)
	for _, key := range []string{champion, day, capacity.CurrentPlanKey("web"), capacity.LeadTimesKey("web"), capacity.UnitRatesKey("web"), capacity.ShareKey("web"), audit.HeadKey("web")} {
		for name, damaged := range map[string]string{"cut off": `{"Model":"bl`, "null": "null", "empty": "", "another type": `"text"`, "deep": strings.Repeat("[", 20_000)} {
			t.Run(fmt.Sprintf("%s/%s", key, name), func(t *testing.T) {
				w := newWorld(t, capacity.Auto)
				w.retrain(t)
				w.planAt(t, 0)
				_, version, err := w.acts.Store.Get(t.Context(), key)
				if err != nil && !errors.Is(err, capacity.ErrNotFound) {
					t.Fatal(err)
				}
				if err := w.acts.Store.Swap(t.Context(), key, []byte(damaged), version); err != nil {
					t.Fatal(err)
				}
				_, notes, _ := w.planAt(t, 1) // fails if there is no plan
				if key == champion && (!strings.Contains(notes, "the champion could not forecast") || !strings.Contains(notes, "headroom retrain web")) {
					t.Errorf("the notes are %q, want why the champion does not forecast, and the remedy", notes)
				}
				if again := w.retrain(t); !again.Promoted && key == champion {
					t.Errorf("retrained: %+v, want a new champion in place of the damaged one", again)
				}
				// The current plan is only replaced, and this policy's lead time is not
				// measured, nor does it count against a quota.
				recorded := key == champion || key == audit.HeadKey("web") || key == day
				if got := len(w.records(t, audit.Damaged)) > 0; got != recorded {
					t.Errorf("a record of the damage: %v, want %v", got, recorded)
				}
			})
		}
	}
}
