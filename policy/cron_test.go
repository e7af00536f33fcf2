package policy_test

import (
	"strings"
	"testing"

	"headroom/policy"
)

func TestParse_Cron(t *testing.T) {
	for expression, fine := range map[string]bool{
		"0 3 * * *":         true,
		"*/5 * * * *":       true,
		"5/10 1-6/2 * * *":  true,
		"0,30 0 1,15 * *":   true,
		"0 0 * * 7":         true,
		"0 0 * * Mon-fri":   true,
		"0 0 29 feb *":      true,
		"0 0 31 4-5 *":      true,
		"60 * * * *":        false,
		"* 24 * * *":        false,
		"* * 0 * *":         false,
		"* * * 13 *":        false,
		"* * * * 8":         false,
		"* * * * fri-mon":   false,
		"1,,2 * * * *":      false,
		"1-2-3 * * * *":     false,
		"-1 * * * *":        false,
		"*/x * * * *":       false,
		"*/2/3 * * * *":     false,
		"mon * * * *":       false,
		"0 0 30 feb *":      false,
		"0 0 31 4,6,9,11 *": false,
		"0 0 3 * * *":       false,
	} {
		text := least + `forecast: {retrain: "` + expression + `"}`
		p, _, err := policy.Parse("test.yaml", strings.NewReader(text))
		if (err == nil) != fine || (fine && p.Forecast.Retrain != expression) {
			t.Errorf("%q: got %q, %v, want accepted: %t", expression, p.Forecast.Retrain, err, fine)
		}
	}
}
