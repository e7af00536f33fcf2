package activities

import (
	"context"

	"headroom/capacity"
)

// NoticeInput is a notice and the channels that take it.
type NoticeInput struct {
	Notice   capacity.Notice
	Channels []string
}

// PostInput is a notice and one channel.
type PostInput struct {
	Notice  capacity.Notice
	Channel string
}

// PostNotice brings a notice to a channel. It returns ErrBadPolicy or ErrAccess
// if the channel will never take it.
func (a *Activities) PostNotice(ctx context.Context, in PostInput) (err error) {
	defer cross(&err)
	return a.Notifier.Post(ctx, in.Channel, in.Notice)
}
