package policy_test

import (
	"strings"
	"testing"

	"headroom/policy"
)

// TestParse_Interruption: the wanted numbers of a day are 1-(1-p)^(1/24),
// computed with 30 digits.
func TestParse_Interruption(t *testing.T) {
	for text, want := range map[string]float64{
		"none":              0,
		"0% per hour":       0,
		"5% per hour":       0.05,
		"5 % per hour":      0.05,
		"0.1% per hour":     0.001,
		"99.9999% per hour": 0.999999,
		"20% per day":       0.009254558489542343,
		"0.0024% per day":   1.0000115001801699e-06,
		"99.99% per day":    0.3187079309420387,
	} {
		p, _, err := policy.Parse("test.yaml", strings.NewReader(strings.Replace(least, "1.006", "1, market: spot, interruption: "+text, 1)))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := p.Pools[0].Interruption; got < want*(1-1e-13) || got > want*(1+1e-13) {
			t.Errorf("%s: got a chance of %v an hour, want %v", text, got, want)
		}
	}
}
