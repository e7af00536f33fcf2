package policy

import (
	"fmt"
	"regexp"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

func (f *file) objective(top *section) capacity.Objective {
	var o capacity.Objective
	s := top.sub("objective", "say what a missing unit-hour costs (objective: {missing: 40}) or name a service level (objective: {serviceLevel: 99.9%})")
	if s == nil {
		return o
	}
	_, missing := s.has("missing")
	line, level := s.has("serviceLevel")
	switch {
	case missing && level:
		f.wrong(line, "objective.serviceLevel", "stands beside objective.missing, and each implies the other; remove one of the two")
	case missing:
		o.Missing = value(s, "missing", s.values["missing"], number(positive, "write the money per missing unit-hour, more than 0"))
	case level:
		o.ServiceLevel = value(s, "serviceLevel", s.values["serviceLevel"], serviceLevel)
	default:
		f.wrong(s.line, "objective", "neither missing nor serviceLevel; give it one of the two, such as missing: 40")
	}
	o.Change = optional(s, "change", number(func(v float64) bool { return v >= 0 }, "write the money for each unit started or stopped, 0 or more"), "0", "starting and stopping units costs nothing beyond their hours")
	o.Budget = optional(s, "budget", budget, noLimit, "units may cost what the objective is worth")
	if _, said := s.has("currency"); said {
		o.Currency = required(s, "currency", currency, "")
	}
	return o
}

var currencyForm = regexp.MustCompile(`^[A-Z]{3}$`)

// currency reads the code of a currency.
func currency(n *yaml.Node) (string, error) {
	if n.Kind != yaml.ScalarNode || !currencyForm.MatchString(n.Value) {
		return "", fmt.Errorf("%s, but a currency is wanted; write its ISO 4217 code, such as USD or EUR", describe(n))
	}
	return n.Value, nil
}

var percentForm = regexp.MustCompile(`^([0-9]*\.?[0-9]*) ?%$`)

// serviceLevel reads a share of the time: 99.9% or 0.999.
func serviceLevel(n *yaml.Node) (float64, error) {
	inside := func(v float64) bool { return 0 < v && v < 1 }
	m := percentForm.FindStringSubmatch(n.Value)
	if n.Kind != yaml.ScalarNode || m == nil {
		return number(inside, "write a share between 0 and 1, such as 99.9% or 0.999")(n)
	}
	v, err := percent(m[1])
	if err != nil || !inside(v) {
		return 0, fmt.Errorf("%s cannot be; write a share between 0%% and 100%%, such as 99.9%%", shorten(n.Value))
	}
	return v, nil
}
