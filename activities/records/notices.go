package records

import (
	"context"
	"fmt"
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
func (r Records) notify(ctx context.Context, to capacity.Notify, n capacity.Notice) {
	channels := to.For(n.Kind)
	if len(channels) == 0 || r.Notifier == nil {
		return
	}
	// It becomes a part of a workflow ID, which is never sealed.
	n.Subject = capacity.RefTo("", []byte(n.Subject)).SHA256[:16]
	if err := r.Notifier.Notify(ctx, NoticeInput{Notice: n, Channels: channels}); err != nil && activity.IsActivity(ctx) {
		activity.GetLogger(ctx).Error("nobody was told", "notice", n.Text, "error", err)
	}
}

// Hourly names a trouble so that it is told once in an hour of the clock, and not
// each time.
func (r Records) Hourly(subject string) string {
	return fmt.Sprintf("%s-%s", subject, r.Now().UTC().Truncate(quiet).Format("20060102T15"))
}

// Notices are what a decision tells beyond the audit.
func (r Records) Notices(d audit.Record) []capacity.Notice {
	n := capacity.Notice{Subject: d.ID, Text: d.Text}
	if d.Why != "" {
		n.Text += ": " + d.Why
	}
	switch {
	case d.Kind == audit.Ordered:
		n.Kind = capacity.NoticeOrder
	case d.Kind == audit.Late:
		n.Kind, n.Subject = capacity.NoticeLate, r.Hourly("history")
	case d.Kind == audit.Extended:
		n.Kind = capacity.NoticeLate
	case d.Kind == audit.Failed:
		n.Kind, n.Subject = capacity.NoticeRefused, r.Hourly(d.ID[:strings.LastIndex(d.ID, "/")])
	case d.Verdict == "proposed":
		n.Kind = capacity.NoticeProposed
	case d.Verdict == "waiting":
		n.Kind = capacity.NoticeApproval
		n.Text += fmt.Sprintf("; headroom approve %s %s", d.Service, d.Plan)
	case d.Verdict == "expired":
		n.Kind = capacity.NoticeExpired
	default:
		return nil
	}
	return []capacity.Notice{n}
}
