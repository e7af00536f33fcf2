package capacity

import "time"

// A Run is steps in a row that keep their number of units and are held by the same
// limit, or by none.
type Run struct {
	From, To time.Time
	Units    Units
	Need     float64 // the most that the demand asks for in one of the steps
	Why      Why     // of that step; in the first run of the first step, which says what is requested now
}

// limiting are the reasons that keep a pool from what the demand asks for.
var limiting = map[Reason]bool{
	ReasonMax: true, ReasonRampUp: true, ReasonRampDown: true, ReasonLeadTime: true, ReasonFreeze: true,
	ReasonHold: true, ReasonChanges: true, ReasonBudget: true,
}

// Runs are the steps of a pool, put together.
func (p PoolPlan) Runs(step time.Duration) []Run {
	var all []Run
	limit := Reason("")
	for _, s := range p.Steps {
		now := s.Why.Reason
		if !limiting[now] {
			now = ""
		}
		if last := len(all) - 1; last >= 0 && all[last].Units == s.Units && limit == now {
			all[last].To = s.Start.Add(step)
			if s.Need > all[last].Need {
				all[last].Need = s.Need
				if last > 0 {
					all[last].Why = s.Why
				}
			}
			continue
		}
		limit = now
		all = append(all, Run{From: s.Start, To: s.Start.Add(step), Units: s.Units, Need: s.Need, Why: s.Why})
	}
	return all
}
