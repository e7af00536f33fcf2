package report

import (
	"fmt"
	"slices"
	"time"

	"headroom/capacity"
)

// An actionRow is one action and what became of it.
type actionRow struct {
	At, Due, Why, Outcome, Note string
	Pool                        string
	From, To                    capacity.Units
	Up                          bool
	Tone                        tint
}

// A tint is the class of a verdict.
type tint string

func tone(v capacity.Verdict) tint {
	switch v {
	case capacity.Done, capacity.AlreadySo:
		return "good"
	case capacity.Superseded:
		return "idle"
	case capacity.Drifted, capacity.Short, capacity.Compensated:
		return "fair"
	case capacity.Failed:
	}
	return "poor"
}

func actions(r Report, zone *time.Location) []actionRow {
	rows := make([]actionRow, len(r.Plan.Actions))
	for i, a := range r.Plan.Actions {
		rows[i] = actionRow{
			At: a.At.In(zone).Format(stamp), Due: clock(a.Due, a.At, zone),
			From: a.From, To: a.Units, Up: a.Units > a.From, Why: a.Why,
		}
		if at := slices.IndexFunc(r.Plan.Pools, func(p capacity.PoolPlan) bool { return p.Target == a.Target }); at >= 0 {
			rows[i].Pool = r.Plan.Pools[at].Pool
		}
		if at := slices.IndexFunc(r.Outcomes, func(o capacity.Outcome) bool { return o.Action.ID == a.ID }); at >= 0 {
			o := r.Outcomes[at]
			rows[i].Outcome, rows[i].Note, rows[i].Tone = string(o.Verdict), o.Note, tone(o.Verdict)
		}
	}
	return rows
}

// clock is a time of day, with the day if it is not that of another time.
func clock(at, day time.Time, zone *time.Location) string {
	at, day = at.In(zone), day.In(zone)
	if at.YearDay() != day.YearDay() || at.Year() != day.Year() {
		return at.Format(stamp)
	}
	return at.Format("15:04")
}

// A boardRow is one model's place in the backtest.
type boardRow struct {
	Model, Skill, MASE, Pinball string
	Coverage                    []string
	Refused                     string
	Code                        capacity.Code
	Winner                      bool
}

// levels are the quantile levels that any score has a coverage of, ascending.
func levels(board []capacity.Score) []string {
	var all []float64
	for _, s := range board {
		for _, c := range s.Coverage {
			all = append(all, c.Level)
		}
	}
	slices.Sort(all)
	var names []string
	for _, level := range slices.Compact(all) {
		names = append(names, capacity.Percentile(level))
	}
	return names
}

// board ranks the models: by pinball loss, refused ones last. The winner is the
// model of the plan if it stands there.
func board(r Report) []boardRow {
	scores := slices.Clone(r.Board)
	slices.SortStableFunc(scores, func(a, b capacity.Score) int {
		switch {
		case (a.Refused == "") != (b.Refused == ""):
			if a.Refused == "" {
				return -1
			}
			return 1
		case a.Pinball < b.Pinball:
			return -1
		case a.Pinball > b.Pinball:
			return 1
		}
		return 0
	})
	names := levels(scores)
	rows := make([]boardRow, len(scores))
	for i, s := range scores {
		rows[i] = boardRow{
			Model: s.Model, Refused: s.Refused, Code: s.Code, Winner: s.Model == r.Plan.Model,
			Skill: fmt.Sprintf("%+.1f%%", 100*s.Skill), MASE: fmt.Sprintf("%.3f", s.MASE), Pinball: fmt.Sprintf("%.4f", s.Pinball),
			Coverage: make([]string, len(names)),
		}
		for _, c := range s.Coverage {
			rows[i].Coverage[slices.Index(names, capacity.Percentile(c.Level))] = fmt.Sprintf("%.1f%%", 100*c.Share)
		}
	}
	return rows
}
