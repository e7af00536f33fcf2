package policy

import (
	"fmt"
	"regexp"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

var budgetForm = regexp.MustCompile(`^(\S+) per (\S+)$`)

// budget reads money per part of the calendar: "900 per day".
func budget(n *yaml.Node) (capacity.Budget, error) {
	var none capacity.Budget
	if n.Kind == yaml.ScalarNode && n.Value == noLimit {
		return none, nil
	}
	m := budgetForm.FindStringSubmatch(n.Value)
	if n.Kind != yaml.ScalarNode || m == nil {
		return none, fmt.Errorf("%s, but a budget is wanted; write money per hour, day or week, such as 900 per day, or none", describe(n))
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

// formatBudget writes b so that budget reads it.
func formatBudget(b capacity.Budget) string {
	if !b.Limited() {
		return noLimit
	}
	return fmt.Sprintf("%s per %s", formatNumber(b.Amount), b.Per)
}
