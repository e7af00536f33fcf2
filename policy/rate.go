package policy

import (
	"fmt"
	"regexp"
	"time"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

// noLimit is how the file says that there is no limit.
const noLimit = "none"

var (
	rateForm  = regexp.MustCompile(`^(\S+) per (\S+)$`)
	unitsForm = regexp.MustCompile(`^(\S+) units?$`)
)

// rate reads a number of units per duration: "10 per 5m".
func rate(n *yaml.Node) (capacity.Rate, error) {
	var none capacity.Rate
	if n.Kind == yaml.ScalarNode && n.Value == noLimit {
		return none, nil
	}
	m := rateForm.FindStringSubmatch(n.Value)
	if n.Kind != yaml.ScalarNode || m == nil {
		return none, fmt.Errorf("%s, but a rate is wanted; write units per duration, such as 10 per 5m, or none", describe(n))
	}
	units, err := parseUnits(m[1], 1)
	if err != nil {
		return none, err
	}
	per, err := duration(time.Second)(&yaml.Node{Kind: yaml.ScalarNode, Value: m[2]})
	if err != nil {
		return none, err
	}
	return capacity.Rate{Units: units, Per: per}, nil
}

// formatRate writes r so that rate reads it.
func formatRate(r capacity.Rate) string {
	if !r.Limited() {
		return noLimit
	}
	return fmt.Sprintf("%d per %s", r.Units, formatDuration(r.Per))
}

// units reads a number of units with or without the word: "20 units" or 20.
func units(n *yaml.Node) (capacity.Units, error) {
	if m := unitsForm.FindStringSubmatch(n.Value); n.Kind == yaml.ScalarNode && m != nil {
		return parseUnits(m[1], 0)
	}
	return count(0)(n)
}
