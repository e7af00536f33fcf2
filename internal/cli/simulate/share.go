package simulate

import (
	"fmt"
	"strings"

	"headroom/capacity"
)

// objectiveShare is the share of the time in which capacity may be missing, and
// where it comes from. Without a flag it is the policy's own: what the service
// level leaves, or the risk at which one more unit costs as much as it saves,
// which is its price over the price of a missing one.
func objectiveShare(p capacity.Policy, flag string) (float64, string, error) {
	if flag != "" {
		share, err := portion("share", flag, 0, 0.5)
		return share, "--share", err
	}
	if level := p.Objective.ServiceLevel; level > 0 {
		return 1 - level, fmt.Sprintf("what objective.serviceLevel %s leaves", percentage(level)), nil
	}
	price, missing := p.Pools[0].Price, p.Objective.Missing
	if !(price > 0 && 2*price <= missing) {
		return 0, "", fmt.Errorf("price %s and objective.missing %s ask for no share of missing capacity from above 0%% to 50%%, give one such as --share 1%%: %w", capacity.Trim(price, 4), capacity.Trim(missing, 4), capacity.ErrBadPolicy)
	}
	amount := func(v float64) string {
		if currency := p.Objective.Currency; currency != "" {
			return capacity.Trim(v, 4) + " " + currency
		}
		return capacity.Trim(v, 4)
	}
	return price / missing, fmt.Sprintf("price %s over objective.missing %s", amount(price), amount(missing)), nil
}

// percentage writes a share for people, to two digits that say something.
func percentage(share float64) string {
	decimals := 1
	for rest := min(share, 1-share); rest > 0 && rest < 0.01 && decimals < 4; rest *= 10 {
		decimals++
	}
	return strings.TrimSuffix(capacity.Trim(100*share, decimals), ".") + "%"
}
