package schedules

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"headroom/activities/fleet"
	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/internal/cli/fleetrun"
	"headroom/internal/scheduling"
	"headroom/policy"
	"headroom/workflows"
)

// fleetTimes is when all services are worked on together, by flags.
type fleetTimes struct {
	retrain, plan, regret string // cron
	zone                  string
	quotas, budgets       []string
}

func (f *fleetTimes) flags(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.retrain, "fleet-retrain", "", "when all services are retrained: five fields of cron")
	flags.StringVar(&f.plan, "fleet-plan", "", "when all services are planned: five fields of cron")
	flags.StringVar(&f.regret, "fleet-regret", "", "when all services are looked back at: five fields of cron")
	flags.StringVar(&f.zone, "fleet-zone", "UTC", "the time zone of those times")
	flags.StringArrayVar(&f.quotas, "quota", nil, "for --fleet-plan, as of headroom fleet plan")
	flags.StringArrayVar(&f.budgets, "budget", nil, "for --fleet-plan, as of headroom fleet plan")
}

// Add adds the schedules of the fleet to those of the services, and returns what
// must be stored for them: the list of the services, if there is one.
func (f *fleetTimes) add(wanted *scheduling.Want, policies []capacity.Policy) (list capacity.Ref, data []byte, err error) {
	if f.retrain == "" && f.plan == "" && f.regret == "" {
		if len(f.quotas)+len(f.budgets) > 0 {
			err = fmt.Errorf("quotas and budgets are shared out where a fleet is planned: say --fleet-plan: %w", command.ErrUsage)
		}
		return list, nil, err
	}
	if _, err := time.LoadLocation(f.zone); err != nil {
		return list, nil, fmt.Errorf("--fleet-zone %q is no time zone; use an IANA name such as Asia/Shanghai: %w", f.zone, command.ErrUsage)
	}
	if list, data, err = fleetrun.FleetRef(fleetrun.Members(policies, nil)); err != nil {
		return list, nil, err
	}
	for _, one := range []struct {
		flag, cron string
		kind       fleet.Kind
	}{{"--fleet-retrain", f.retrain, fleet.Retrain}, {"--fleet-plan", f.plan, fleet.Plan}, {"--fleet-regret", f.regret, fleet.Regret}} {
		if one.cron == "" {
			continue
		}
		if err := policy.CheckCron(one.cron); err != nil {
			return list, nil, fmt.Errorf("%s: %w: %w", one.flag, err, command.ErrUsage)
		}
		in := workflows.FleetState{Kind: one.kind, List: list}
		if in.Quotas, err = fleetrun.FleetQuotas(one.kind, f.quotas, policies); err != nil {
			return list, nil, err
		}
		if in.Budgets, err = fleetrun.FleetBudgets(one.kind, f.budgets, policies); err != nil {
			return list, nil, err
		}
		wanted.Fleet(scheduling.FleetTime{Run: in, Cron: one.cron, Zone: f.zone})
	}
	return list, data, nil
}
