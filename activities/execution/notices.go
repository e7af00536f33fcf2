package execution

import (
	"fmt"
	"slices"

	"headroom/capacity"
)

// outcomeNotices are what outcomes tell, a notice for each kind of trouble.
func (a *Execution) outcomeNotices(outcomes []capacity.Outcome) []capacity.Notice {
	kinds := map[capacity.Verdict]capacity.NoticeKind{
		capacity.Failed: capacity.NoticeFailed, capacity.Short: capacity.NoticeFailed,
		capacity.Compensated: capacity.NoticeCompensated, capacity.Drifted: capacity.NoticeDrift,
	}
	var all []capacity.Notice
	for _, o := range outcomes {
		kind, bad := kinds[o.Verdict]
		if !bad {
			continue
		}
		subject := a.Records.Hourly(string(o.Action.Target))
		if slices.ContainsFunc(all, func(n capacity.Notice) bool { return n.Kind == kind && n.Subject == subject }) {
			continue
		}
		all = append(all, capacity.Notice{Kind: kind, Subject: subject, Text: fmt.Sprintf("%s: %d → %s %s: %s", o.Action.Target, o.Action.From, capacity.Count(o.Action.Units, "unit"), o.Verdict, o.Note)})
	}
	return all
}
