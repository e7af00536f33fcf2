package simulate

import (
	"fmt"
	"slices"

	"headroom/capacity"
)

// rival is the cheapest policy but the short-term forecaster that could be used
// instead; nil if none keeps the share.
func (s simulated) rival() *contender {
	for i, c := range s.Policies {
		if !c.Foresight && c.CostAtShare != nil && c.Policy != shortTerm {
			return &s.Policies[i]
		}
	}
	return nil
}

// named is the policy of that name.
func (s simulated) named(name string) *contender {
	return &s.Policies[slices.IndexFunc(s.Policies, func(c contender) bool { return c.Policy == name })]
}

// verdict is the comparison in one or two sentences.
func (s simulated) verdict() string {
	ours, rival := s.named(shortTerm), s.rival()
	share, money := percentage(s.Share), s.money().Money
	switch {
	case rival == nil && ours.CostAtShare == nil && s.named(fairOracle).CostAtShare == nil:
		return "No policy keeps " + share + ", not even the oracle: allow more with --share, raise max, or shorten the lead time."
	case rival == nil && ours.CostAtShare == nil:
		return "No policy keeps " + share + " but those that know the load: allow more with --share, or shorten the lead time."
	case rival == nil:
		return fmt.Sprintf("Only the short-term forecaster keeps %s, at a cost of %s; it is not live.", share, money(*ours.CostAtShare))
	case ours.CostAtShare == nil:
		return fmt.Sprintf("At %s, the cheapest policy is %s, at a cost of %s; the short-term forecaster, which is not live, does not keep it.", share, rival.Policy, money(*rival.CostAtShare))
	}
	change := *ours.CostAtShare / *rival.CostAtShare - 1
	than := "less"
	if change > 0 {
		than = "more"
	}
	return fmt.Sprintf("At %s, the cheapest policy that can be run is %s, at a cost of %s%s. The short-term forecaster would cost %s%s, %s%% %s; it is not live.",
		share, rival.Policy, rival.bound(), money(*rival.CostAtShare), ours.bound(), money(*ours.CostAtShare), capacity.Trim(100*max(change, -change), 1), than)
}
