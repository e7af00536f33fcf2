package planning

import (
	"fmt"
	"slices"
	"strings"

	"headroom/capacity"
)

// planNotices are what a plan tells when it is made.
func (a *Planning) planNotices(in OptimiseInput, f PlanFacts) []capacity.Notice {
	var all []capacity.Notice
	var short []string
	for _, b := range f.Bound {
		if b.Short > 0 && slices.Contains(limits, b.Reason) {
			short = append(short, fmt.Sprintf("%s: %s of %s, by %s", b.Pool, capacity.Count(b.Short, "step"), capacity.Brief(in.Policy.Demand.Step), b.Reason))
		}
	}
	if len(short) > 0 {
		all = append(all, capacity.Notice{Kind: capacity.NoticeLimit, Subject: a.Records.Hourly("limit"), Text: "the plan stays below the demand (" + strings.Join(short, "; ") + "): lift the limit, or accept the risk"})
	}
	if in.Forecast.Drift.Drifted {
		all = append(all, capacity.Notice{Kind: capacity.NoticeDrift, Subject: a.Records.Hourly("demand"), Text: "demand has drifted from what the model learnt: " + in.Forecast.Drift.String()})
	}
	if f.Code != "" {
		all = append(all, capacity.Notice{Kind: capacity.NoticeRefused, Subject: a.Records.Hourly(string(f.Code)), Text: "no model stands behind the forecast: " + strings.Join(in.Forecast.Notes, "; ")})
	}
	return all
}
