package policy

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

// measured is how the file says that past actions tell.
const measured = "measured"

// leadTime reads how long it takes until a unit that was asked for serves: a
// duration, or measured, with what holds until enough is measured.
func (f *file) leadTime(s *section, p *capacity.Pool) {
	var n *yaml.Node
	if s != nil {
		n = s.values["leadTime"]
	}
	var m *section
	switch {
	case n != nil && n.Kind == yaml.MappingNode:
		m = s.sub("leadTime", "")
	case n != nil && n.Kind == yaml.ScalarNode && n.Value == measured:
		m = &section{f, s.full("leadTime"), n.Line, nil}
	default:
		p.LeadTime = optional(s, "leadTime", declared, "5m", "instance, image, model and warm-up together, as a first guess: measure it")
		return
	}
	p.Measured = optional(m, measured, percentile, "p90", "nine raises in ten are not slower")
	p.LeadTime = optional(m, "atFirst", duration(0), "5m", "instance, image, model and warm-up together, until enough raises are measured")
}

// declared reads a lead time that the operator knows.
func declared(n *yaml.Node) (time.Duration, error) {
	d, err := duration(0)(n)
	if err != nil && nearest(n.Value, []string{measured}) != "" {
		return 0, fmt.Errorf("%s; did you mean %s?", describe(n), measured)
	}
	return d, err
}

var percentileForm = regexp.MustCompile(`^[pP]([0-9]{1,3}(\.[0-9]+)?)$`)

// percentile reads a quantile from the median on, such as p90.
func percentile(n *yaml.Node) (float64, error) {
	const remedy = "write one from p50 to below p100, such as p90"
	m := percentileForm.FindStringSubmatch(n.Value)
	if n.Kind != yaml.ScalarNode || m == nil {
		return 0, fmt.Errorf("%s, but a percentile is wanted; %s", describe(n), remedy)
	}
	v, err := percent(m[1])
	if err != nil || v < 0.5 || v >= 1 {
		return 0, fmt.Errorf("%s cannot be; %s", shorten(n.Value), remedy)
	}
	return v, nil
}

// formatLeadTime writes the lead time of p so that it is read back.
func formatLeadTime(p capacity.Pool) string {
	if p.Measured == 0 {
		return formatDuration(p.LeadTime)
	}
	return fmt.Sprintf("{measured: p%s, atFirst: %s}", strings.TrimSuffix(formatPercent(p.Measured), "%"), formatDuration(p.LeadTime))
}
