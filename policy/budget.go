package policy

import (
	"fmt"
	"regexp"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

var (
	budgetForm = regexp.MustCompile(`^(\S+) per (\S+)$`)
	sharedForm = regexp.MustCompile(`^share of (\S+)$`)
)

// budget reads money per part of the calendar, "900 per day", or a name that
// services share: "share of ml-team".
func budget(n *yaml.Node) (capacity.Budget, error) {
	var none capacity.Budget
	if n.Kind == yaml.ScalarNode && n.Value == noLimit {
		return none, nil
	}
	if m := sharedForm.FindStringSubmatch(n.Value); n.Kind == yaml.ScalarNode && m != nil {
		shared, err := name(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: m[1]})
		return capacity.Budget{Shared: shared}, err
	}
	m := budgetForm.FindStringSubmatch(n.Value)
	if n.Kind != yaml.ScalarNode || m == nil {
		return none, fmt.Errorf("%s, but a budget is wanted; write money per hour, day or week, such as 900 per day, share of NAME, or none", describe(n))
	}
	amount, err := number(positive, "write the money that units may take, more than 0, such as 900 per day")(&yaml.Node{Kind: yaml.ScalarNode, Value: m[1]})
	if err != nil {
		return none, err
	}
	per, err := oneOf(capacity.Hour, capacity.Day, capacity.Week)(&yaml.Node{Kind: yaml.ScalarNode, Value: m[2]})
	if err != nil {
		return none, err
	}
	return capacity.Budget{Amount: amount, Per: per}, nil
}

// ParseBudget reads money per part of the calendar as a policy file says it, such
// as "900 per day".
func ParseBudget(text string) (capacity.Budget, error) {
	b, err := budget(&yaml.Node{Kind: yaml.ScalarNode, Value: text})
	if err == nil && !b.Limited() {
		err = fmt.Errorf("%q is no amount; write one such as 900 per day", shorten(text))
	}
	return b, err
}

// formatBudget writes b so that budget reads it.
func formatBudget(b capacity.Budget) string {
	switch {
	case b.Shared != "":
		return "share of " + b.Shared
	case !b.Limited():
		return noLimit
	}
	return fmt.Sprintf("%s per %s", formatNumber(b.Amount), b.Per)
}
