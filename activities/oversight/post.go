package oversight

import (
	"context"
	"errors"
	"fmt"

	"headroom/activities/failure"
	"headroom/activities/records"
	"headroom/audit"
	"headroom/capacity"
)

// A Poster sends notices to channels.
type Poster interface {
	// Sent returns ErrRefused if no worker has started the run with that workflow ID to
	// send a notice.
	Sent(id string, in records.NoticeInput) error
	// Post sends a notice to one channel.
	Post(ctx context.Context, channel string, n capacity.Notice) error
}

// PostInput is a notice, one of its channels, and the run that sends it.
type PostInput struct {
	records.NoticeInput
	Channel string
	ID, Run string // the workflow ID, and the ID of the run
}

// PostNotice brings a notice to a channel. It returns ErrBadPolicy or ErrAccess
// if the channel will never take it, and ErrRefused if no worker has sent the notice; then
// the audit holds that somebody tried.
func (a *Oversight) PostNotice(ctx context.Context, in PostInput) (err error) {
	defer failure.Cross(&err)
	if refused := a.Poster.Sent(in.ID, in.NoticeInput); refused != nil {
		n := in.Notice
		err := a.Records.Append(ctx, audit.Record{
			Service: n.Service, ID: "refused/" + in.Run, At: a.Records.Now(), Kind: audit.Refused, Why: refused.Error(),
			Text: fmt.Sprintf("somebody wanted to send a notice of kind %q to %s, and was refused", n.Kind, capacity.Count(len(in.Channels), "channel")),
		}, nil)
		return errors.Join(refused, err)
	}
	return a.Poster.Post(ctx, in.Channel, in.Notice)
}
