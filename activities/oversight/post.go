package oversight

import (
	"context"

	"headroom/activities/failure"
	"headroom/capacity"
)

// A Poster sends notices to channels.
type Poster interface {
	// Post sends a notice to one channel.
	Post(ctx context.Context, channel string, n capacity.Notice) error
}

// PostInput is a notice and one channel.
type PostInput struct {
	Notice  capacity.Notice
	Channel string
}

// PostNotice brings a notice to a channel. It returns ErrBadPolicy or ErrAccess
// if the channel will never take it.
func (a *Oversight) PostNotice(ctx context.Context, in PostInput) (err error) {
	defer failure.Cross(&err)
	return a.Poster.Post(ctx, in.Channel, in.Notice)
}
