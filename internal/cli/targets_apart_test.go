package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"headroom/internal/cli/policyfile"
)

// Two services of a folder may not scale one target, however its address is written.
func TestReadPolicies_TargetsApart(t *testing.T) {
	const text = `service: NAME
demand: {source: "file:///load.csv", time: ts, value: requests, step: 10m, timezone: UTC, aggregate: sum}
capacity: {pools: [{name: g5, target: "TARGET", unitRate: 120, min: 1, max: 40, price: 1, leadTime: 4m}]}
objective: {missing: 40}
`
	for name, test := range map[string]struct {
		targets [2]string
		wrong   bool
	}{
		"the same":      {[2]string{"sim://web", "sim://web"}, true},
		"but its query": {[2]string{"sim://web?leadTime=4m", "sim://web?units=2"}, true},
		"its long kind": {[2]string{"kube://prod/hpa/web", "kube://prod/horizontalpodautoscalers.v2.autoscaling/web"}, true},
		"another":       {[2]string{"sim://web", "sim://web-2"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			var files []string
			for i, target := range test.targets {
				file := filepath.Join(dir, []string{"old.yaml", "new.yaml"}[i])
				files = append(files, file)
				if err := os.WriteFile(file, []byte(strings.NewReplacer("NAME", []string{"old", "new"}[i], "TARGET", target).Replace(text)), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			_, err := policyfile.ReadPolicies(dir)
			var out, errs strings.Builder
			status := Main(append([]string{"check"}, files...), &out, &errs)
			if (err != nil) != test.wrong || (status != 0) != test.wrong {
				t.Fatalf("got %v and status %d: %s", err, status, &errs)
			}
			if test.wrong && (!strings.Contains(err.Error(), "/web is scaled by") || !strings.Contains(errs.String(), "/web is scaled by")) {
				t.Errorf("got %v and %s, want both to name the target", err, &errs)
			}
		})
	}
}
