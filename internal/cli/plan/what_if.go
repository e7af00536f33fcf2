package plan

import (
	"fmt"
	"reflect"

	"github.com/spf13/cobra"

	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/internal/cli/policyfile"
)

// whatIf plans once more with what --set changes, and shows both plans. The
// units that run now are the same for both: they run whatever the policy says.
func whatIf(c *cobra.Command, f planFlags, changed capacity.Policy, before offlineInputs, written capacity.Plan) error {
	var after offlineInputs
	var err error
	if !sameForecast(before.asked, changed) {
		after, err = readOffline(c, changed, f)
		after.states, after.assumed = before.states, before.assumed
	} else {
		after, err = before.learn(c.Context(), f.files, changed, f.history)
	}
	if err != nil {
		return fmt.Errorf("with %s: %w", policyfile.Spell(f.set), err)
	}
	made, err := after.plan()
	if err != nil {
		return fmt.Errorf("with %s: %w", policyfile.Spell(f.set), err)
	}
	both := sideBySide{Set: f.set, Written: offlinePlan(before.asked, written), Changed: offlinePlan(changed, made.Plan)}
	if f.asJSON {
		err = command.PrintJSON(c.OutOrStdout(), both)
	} else {
		err = printSideBySide(c.OutOrStdout(), both, before.asked.Objective, changed.Objective)
	}
	if err == nil && f.report != "" {
		err = after.report(f.report, made)
	}
	return err
}

// sameForecast reports whether two policies get the same forecast from the same history.
// Where models are compared by cost, pools and objective choose among them, too.
func sameForecast(a, b capacity.Policy) bool {
	same := reflect.DeepEqual(a.Demand, b.Demand) && reflect.DeepEqual(a.Forecast, b.Forecast) && reflect.DeepEqual(a.Events, b.Events)
	if a.Forecast.ByCost {
		same = same && reflect.DeepEqual(a.Pools, b.Pools) && reflect.DeepEqual(a.Objective, b.Objective)
	}
	return same
}
