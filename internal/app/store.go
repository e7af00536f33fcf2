package app

import (
	"context"

	"headroom/adapters/aws"
	"headroom/capacity"
)

// OpenStore opens the store of artefacts; it does not call it yet.
func OpenStore(ctx context.Context, s Settings) (capacity.Store, error) {
	s3, err := aws.Open(ctx, s.S3)
	if err != nil {
		return nil, err
	}
	return aws.Store{Client: s3, Bucket: s.Bucket}, nil
}
