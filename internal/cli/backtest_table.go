package cli

import (
	"fmt"
	"io"
	"text/tabwriter"

	"headroom/backtest"
)

// A comparison is what a backtest prints as JSON.
type comparison struct {
	File    string     `json:"file"`
	Horizon int        `json:"horizon"`
	Origins int        `json:"origins"`
	Models  []standing `json:"models"`
	Series  []verdict  `json:"series"`
}

// A standing is one line of the table.
type standing struct {
	Model    string   `json:"model"`
	MAE      float64  `json:"relative_mae"`
	MASE     float64  `json:"mase"`
	Pinball  float64  `json:"pinball"`
	Inside90 *float64 `json:"inside_90"` // nil where no origin could judge it
	Won      int      `json:"won"`
	Failed   int      `json:"failed"`
}

// A verdict is what became of one series.
type verdict struct {
	ID      string `json:"unique_id"`
	Winner  string `json:"winner,omitempty"`
	Why     string `json:"why,omitempty"`
	LeftOut string `json:"left_out,omitempty"`
}

func (r *comparison) add(board []backtest.Standing) {
	r.Models = []standing{}
	for _, x := range board {
		s := standing{Model: x.Model, MAE: x.MAE, MASE: x.MASE, Pinball: x.Pinball, Won: x.Won, Failed: x.Failed}
		if x.Intervals > 0 {
			s.Inside90 = &x.Coverage
		}
		r.Models = append(r.Models, s)
	}
}

func printStandings(w io.Writer, all []standing) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "model\tMAE\tMASE\tpinball\tinside90\twon\tfailed")
	for _, s := range all {
		inside := "-"
		if s.Inside90 != nil {
			inside = fmt.Sprintf("%.3f", *s.Inside90)
		}
		fmt.Fprintf(t, "%s\t%.3f\t%.3f\t%.4f\t%s\t%d\t%d\n", s.Model, s.MAE, s.MASE, s.Pinball, inside, s.Won, s.Failed)
	}
	return t.Flush()
}
