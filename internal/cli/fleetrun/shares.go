package fleetrun

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"headroom/activities/fleet"
	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/policy"
)

// FleetQuotas reads the quotas, of which there must be all that policies name.
func FleetQuotas(kind fleet.Kind, texts []string, policies []capacity.Policy) (quotas []fleet.Quota, err error) {
	for _, text := range texts {
		name, number, _ := strings.Cut(text, "=")
		units, err := strconv.Atoi(number)
		if err != nil || units < 0 || name == "" {
			return nil, fmt.Errorf("--quota %q: write NAME=UNITS, such as g5-us-east-1=400: %w", text, command.ErrUsage)
		}
		quotas = append(quotas, fleet.Quota{Name: name, Units: capacity.Units(units)})
	}
	if kind != fleet.Plan {
		return nil, nil
	}
	for _, p := range policies {
		for _, pool := range p.Pools {
			if pool.Quota != "" && !slices.ContainsFunc(quotas, func(q fleet.Quota) bool { return q.Name == pool.Quota }) {
				return nil, fmt.Errorf("the pool %s of %s counts against the quota %s: say how many units that has, --quota %s=UNITS: %w", pool.Name, p.Service, pool.Quota, pool.Quota, command.ErrUsage)
			}
		}
	}
	return quotas, nil
}

// FleetBudgets reads the budgets, of which there must be all that policies name.
func FleetBudgets(kind fleet.Kind, texts []string, policies []capacity.Policy) (budgets []fleet.SharedBudget, err error) {
	for _, text := range texts {
		name, amount, _ := strings.Cut(text, "=")
		b, err := policy.ParseBudget(amount)
		if err != nil || name == "" {
			return nil, fmt.Errorf("--budget %q: write NAME='AMOUNT per day', such as ml-team='2000 per day': %w", text, command.ErrUsage)
		}
		budgets = append(budgets, fleet.SharedBudget{Name: name, Amount: b.Amount, Per: b.Per})
	}
	if kind != fleet.Plan {
		return nil, nil
	}
	for _, p := range policies {
		shared := p.Objective.Budget.Shared
		if shared != "" && !slices.ContainsFunc(budgets, func(b fleet.SharedBudget) bool { return b.Name == shared }) {
			return nil, fmt.Errorf("%s shares the budget %s: say how much that is, --budget %s='AMOUNT per day': %w", p.Service, shared, shared, command.ErrUsage)
		}
	}
	return budgets, nil
}
