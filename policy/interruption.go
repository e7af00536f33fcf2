package policy

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

// noChance is how the file says that something never happens.
const noChance = "none"

// interruption reads the chance that the market takes a pool's units back.
func (f *file) interruption(s *section, market capacity.Market) float64 {
	if market == capacity.Spot {
		return optional(s, "interruption", chance, noChance, "the market is believed never to take the units back")
	}
	line, said := s.has("interruption")
	if !said {
		return 0
	}
	if value(s, "interruption", s.values["interruption"], chance) > 0 && market != "" {
		f.wrong(line, s.full("interruption"), "nobody takes back units of market %s; remove it, or set market: spot", market)
	}
	return 0
}

var chanceForm = regexp.MustCompile(`^([0-9]*\.?[0-9]*) ?% per (hour|day)$`)

// chance reads a share per hour or day as the chance within an hour. That of a
// day comes about if each of its hours has the same chance, independently.
func chance(n *yaml.Node) (float64, error) {
	const remedy = "write a share from 0% to below 100%, such as 5% per hour or 20% per day, or none"
	if n.Kind == yaml.ScalarNode && n.Value == noChance {
		return 0, nil
	}
	m := chanceForm.FindStringSubmatch(n.Value)
	if n.Kind != yaml.ScalarNode || m == nil {
		return 0, fmt.Errorf("%s, but a chance is wanted; %s", describe(n), remedy)
	}
	v, err := percent(m[1])
	if err != nil || v >= 1 {
		return 0, fmt.Errorf("%s cannot be; %s", shorten(n.Value), remedy)
	}
	if m[2] == "day" {
		return -math.Expm1(math.Log1p(-v) / 24), nil
	}
	return v, nil
}

// formatChance writes v so that chance reads it.
func formatChance(v float64) string {
	if v == 0 {
		return noChance
	}
	return formatPercent(v) + " per hour"
}

// percent reads the digits before a percent sign as a share. Moving the point
// in the text gives the same number as the share written out would.
func percent(digits string) (float64, error) { return strconv.ParseFloat(digits+"e-2", 64) }

// formatPercent writes a share in percent so that percent reads it.
func formatPercent(v float64) string {
	whole, rest, _ := strings.Cut(strconv.FormatFloat(v, 'f', -1, 64), ".")
	rest += "00"
	whole = strings.TrimLeft(whole+rest[:2], "0")
	if rest = strings.TrimRight(rest[2:], "0"); rest != "" {
		rest = "." + rest
	}
	if whole == "" {
		whole = "0"
	}
	return whole + rest + "%"
}
