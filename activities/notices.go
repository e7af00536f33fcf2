package activities

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/activity"

	"headroom/audit"
	"headroom/capacity"
)

// quiet is how long nobody is told of the same trouble again.
const quiet = time.Hour

// notify hands a notice to who wants to hear of its kind. What cannot be handed
// over is logged: nobody's plan waits for a message.
func (a *Activities) notify(ctx context.Context, to capacity.Notify, n capacity.Notice) {
	channels := to.For(n.Kind)
	if len(channels) == 0 || a.Notifier == nil {
		return
	}
	// It becomes a part of a workflow ID, which is never sealed.
	n.Subject = capacity.RefTo("", []byte(n.Subject)).SHA256[:16]
	if err := a.Notifier.Notify(ctx, NoticeInput{Notice: n, Channels: channels}); err != nil && activity.IsActivity(ctx) {
		activity.GetLogger(ctx).Error("nobody was told", "notice", n.Text, "error", err)
	}
}

// hourly names a trouble so that it is told once in an hour of the clock, and not
// each time.
func (a *Activities) hourly(subject string) string {
	return fmt.Sprintf("%s-%s", subject, a.Now().UTC().Truncate(quiet).Format("20060102T15"))
}

// notices are what a decision tells beyond the audit.
func (a *Activities) notices(r audit.Record) []capacity.Notice {
	n := capacity.Notice{Subject: r.ID, Text: r.Text}
	if r.Why != "" {
		n.Text += ": " + r.Why
	}
	switch {
	case r.Kind == audit.Ordered:
		n.Kind = capacity.NoticeOrder
	case r.Kind == audit.Late:
		n.Kind, n.Subject = capacity.NoticeLate, a.hourly("history")
	case r.Kind == audit.Extended:
		n.Kind = capacity.NoticeLate
	case r.Kind == audit.Failed:
		n.Kind, n.Subject = capacity.NoticeRefused, a.hourly(r.ID[:strings.LastIndex(r.ID, "/")])
	case r.Verdict == "proposed":
		n.Kind = capacity.NoticeProposed
	case r.Verdict == "waiting":
		n.Kind = capacity.NoticeApproval
		n.Text += fmt.Sprintf("; headroom approve %s %s", r.Service, r.Plan)
	case r.Verdict == "expired":
		n.Kind = capacity.NoticeExpired
	default:
		return nil
	}
	return []capacity.Notice{n}
}

// planNotices are what a plan tells when it is made.
func (a *Activities) planNotices(in OptimiseInput, f PlanFacts) []capacity.Notice {
	var all []capacity.Notice
	var short []string
	for _, b := range f.Bound {
		if b.Short > 0 && slices.Contains(limits, b.Reason) {
			short = append(short, fmt.Sprintf("%s: %s of %s, by %s", b.Pool, capacity.Count(b.Short, "step"), capacity.Brief(in.Policy.Demand.Step), b.Reason))
		}
	}
	if len(short) > 0 {
		all = append(all, capacity.Notice{Kind: capacity.NoticeLimit, Subject: a.hourly("limit"), Text: "the plan stays below the demand (" + strings.Join(short, "; ") + "): lift the limit, or accept the risk"})
	}
	if in.Forecast.Drift.Drifted {
		all = append(all, capacity.Notice{Kind: capacity.NoticeDrift, Subject: a.hourly("demand"), Text: "demand has drifted from what the model learnt: " + in.Forecast.Drift.String()})
	}
	if f.Code != "" {
		all = append(all, capacity.Notice{Kind: capacity.NoticeRefused, Subject: a.hourly(string(f.Code)), Text: "no model stands behind the forecast: " + strings.Join(in.Forecast.Notes, "; ")})
	}
	return all
}

// outcomeNotices are what outcomes tell, a notice for each kind of trouble.
func (a *Activities) outcomeNotices(outcomes []capacity.Outcome) []capacity.Notice {
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
		subject := a.hourly(string(o.Action.Target))
		if slices.ContainsFunc(all, func(n capacity.Notice) bool { return n.Kind == kind && n.Subject == subject }) {
			continue
		}
		all = append(all, capacity.Notice{Kind: kind, Subject: subject, Text: fmt.Sprintf("%s: %d → %s %s: %s", o.Action.Target, o.Action.From, capacity.Count(o.Action.Units, "unit"), o.Verdict, o.Note)})
	}
	return all
}
