package forecast

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
	By      string     `json:"by,omitempty"`            // cost, if by that
	Service float64    `json:"service_level,omitempty"` // in percent, with cost
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
	Outlay   *outlay  `json:"cost,omitempty"`
}

// An outlay is what a model's plans cost.
type outlay struct {
	Ratio   float64 `json:"relative_cost"`
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
	Short   float64 `json:"short"`
	Missing float64 `json:"missing"`
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
		if o := x.Outlay; o != nil {
			s.Outlay = &outlay{Ratio: o.Ratio, Low: o.Low, High: o.High, Short: o.Short, Missing: o.Missing}
		}
		r.Models = append(r.Models, s)
	}
}

func printStandings(w io.Writer, all []standing) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	costs := ""
	if all[0].Outlay != nil {
		costs = "cost\tfrom\tto\tshort\tmissing\t"
	}
	fmt.Fprintln(t, "model\t"+costs+"MAE\tMASE\tpinball\tinside90\twon\tfailed")
	for _, s := range all {
		inside := "-"
		if s.Inside90 != nil {
			inside = fmt.Sprintf("%.3f", *s.Inside90)
		}
		costs := ""
		if o := s.Outlay; o != nil {
			costs = fmt.Sprintf("%.3f\t%.3f\t%.3f\t%.3f\t%.4f\t", o.Ratio, o.Low, o.High, o.Short, o.Missing)
		}
		fmt.Fprintf(t, "%s\t%s%.3f\t%.3f\t%.4f\t%s\t%d\t%d\n", s.Model, costs, s.MAE, s.MASE, s.Pinball, inside, s.Won, s.Failed)
	}
	return t.Flush()
}
