package cli_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"headroom/internal/cli"
	"headroom/models"
)

// modelNames are all names that --model takes, and sets of them.
func modelNames() []string {
	names := []string{"auto"}
	for _, m := range models.All([]int{24, 168}) {
		names = append(names, m.Name())
	}
	return names
}

// panelOf writes hourly load of so many days: 100 to 300, with a day and a week
// in it. It is a file of one series.
func panelOf(t *testing.T, name string, days int, load func(hour int) float64) string {
	t.Helper()
	var b bytes.Buffer
	fmt.Fprintln(&b, "unique_id,ds,y")
	start := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	for h := range days * 24 {
		fmt.Fprintf(&b, "chat,%s,%.3f\n", start.Add(time.Duration(h)*time.Hour).Format(time.RFC3339), load(h))
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func wave(h int) float64 {
	v := 200 + 80*math.Cos(float64(h-14)/24*2*math.Pi) + float64(h*7919%13)
	if h/24%7 >= 5 {
		v *= 0.6
	}
	return v
}

// TestEveryModel: each model by its name, in each command that takes one, on
// histories that are long, short, constant, zero and one step long.
func TestEveryModel(t *testing.T) {
	files := map[string]string{
		"long":     panelOf(t, "long.csv", 16, wave),
		"short":    panelOf(t, "short.csv", 2, wave),
		"constant": panelOf(t, "constant.csv", 3, func(int) float64 { return 7 }),
		"zero":     panelOf(t, "zero.csv", 3, func(int) float64 { return 0 }),
	}
	commands := map[string][]string{
		"point":     {"forecast", "--horizon", "6"},
		"quantiles": {"forecast", "--horizon", "6", "--level", "90", "--quantile", "0.99"},
		"no season": {"forecast", "--horizon", "3", "--season", "1", "--level", "80"},
		"backtest":  {"backtest", "--horizon", "6", "--origins", "2"},
		"by cost":   {"backtest", "--horizon", "6", "--origins", "4", "--by", "cost"},
	}
	for kind, file := range files {
		for name, args := range commands {
			for _, model := range modelNames() {
				if args[0] == "backtest" && model == "auto" {
					continue
				}
				if testing.Short() && kind != "short" && model != "median" && model != "blend" {
					continue
				}
				var stdout, stderr bytes.Buffer
				call := append(append([]string{}, args...), file, "--model", model)
				code := cli.Main(call, &stdout, &stderr)
				if code > 1 || code == 1 && !strings.Contains(stderr.String(), "headroom: ") {
					t.Errorf("%s, %s, %s: exit code %d\n%s", kind, name, model, code, stderr.String())
				}
				if kind == "long" && code != 0 {
					t.Errorf("%s, %s, %s: exit code %d on a history that is long enough\n%s", kind, name, model, code, stderr.String())
				}
				if code != 0 || args[0] != "forecast" {
					continue
				}
				if head, _, _ := strings.Cut(stdout.String(), "\n"); !strings.HasPrefix(head, "unique_id,ds,"+model) {
					t.Errorf("%s, %s: the columns are %q, want the model's name %s", kind, name, head, model)
				}
				if kind == "long" && name == "quantiles" && model != "auto" && !strings.Contains(stderr.String(), "1 series: 1 with "+model) {
					t.Errorf("%s was asked for, and another model was used: %s", model, stderr.String())
				}
			}
		}
	}
}
