package policy

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

// unitsOrNone reads a limit of units, or that there is none.
func unitsOrNone(n *yaml.Node) (capacity.Units, error) {
	if n.Kind == yaml.ScalarNode && n.Value == noLimit {
		return capacity.NoUnits, nil
	}
	return units(n)
}

// formatApproval writes a so that control reads it.
func formatApproval(a capacity.Approval) string {
	above := noLimit
	if a.Above >= 0 {
		above = fmt.Sprintf("%d units", a.Above)
	}
	cost := ""
	if a.Cost > 0 {
		cost = ", cost: " + formatNumber(a.Cost)
	}
	return fmt.Sprintf("{above: %s%s, expires: %s}", above, cost, formatDuration(a.Expires))
}
