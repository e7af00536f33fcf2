package policy

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"headroom/calendar"
)

// noHolidays is how the file says that no day is a holiday.
const noHolidays = "none"

// countries reads a list of countries whose holidays are known, or none.
func countries(n *yaml.Node) ([]string, error) {
	if n.Kind == yaml.ScalarNode && n.Value == noHolidays {
		return nil, nil
	}
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		return nil, fmt.Errorf("%s, but a list of countries is wanted; write their codes such as [CN, US], or none", describeList(n))
	}
	var all []string
	for _, entry := range n.Content {
		switch {
		case entry.Kind != yaml.ScalarNode || !slices.Contains(calendar.Countries(), entry.Value):
			return nil, fmt.Errorf("%s is no country whose holidays are known; choose from %s", describe(entry), strings.Join(calendar.Countries(), " "))
		case slices.Contains(all, entry.Value):
			return nil, fmt.Errorf("%s is said twice; remove one of the two", entry.Value)
		}
		all = append(all, entry.Value)
	}
	return all, nil
}

func describeList(n *yaml.Node) string {
	if n.Kind == yaml.SequenceNode {
		return "an empty list"
	}
	return describe(n)
}

// formatCountries writes a list so that countries reads it.
func formatCountries(codes []string) string {
	if len(codes) == 0 {
		return noHolidays
	}
	quoted := make([]string, len(codes))
	for i, code := range codes {
		quoted[i] = quote(code)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
