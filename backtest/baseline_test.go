package backtest_test

import (
	"testing"
	"time"

	"headroom/backtest"
	"headroom/capacity"
	"headroom/models"
)

// TestBaseline: every pool of models that a step brings with it has the baseline.
func TestBaseline(t *testing.T) {
	for step, want := range map[time.Duration]string{
		time.Minute: backtest.SeasonalNaive, time.Hour: backtest.SeasonalNaive, 24 * time.Hour: backtest.SeasonalNaive,
		7 * 24 * time.Hour: "naive", // a week of one step does not repeat itself
	} {
		if got := backtest.Baseline(models.New(models.Seasons(step))); got != want {
			t.Errorf("steps of %s: the baseline is %q, want %q", step, got, want)
		}
	}
	weekly := []capacity.Model{model(t, "seasonal-naive-week"), model(t, "naive")}
	if got := backtest.Baseline(weekly); got != "seasonal-naive-week" {
		t.Errorf("without it the baseline is %q, want the first model", got)
	}
}
