package app

import (
	"context"
	"os"

	"headroom/adapters/aws"
	"headroom/adapters/local"
	"headroom/history"
)

// Files reads load from files of this machine, for commands that need no server.
func Files() history.Source { return local.Source{} }

// OpenFile opens a file of load. It returns ErrBadData for what is no regular file.
func OpenFile(path string) (*os.File, error) { return local.Open(path) }

// Uploader returns what puts an object of load into a bucket of the settings' S3.
func Uploader(ctx context.Context, s Settings) (upload func(ctx context.Context, bucket, key string, data []byte) error, err error) {
	s3, err := aws.Open(ctx, s.S3)
	if err != nil {
		return nil, err
	}
	return s3.Upload, nil
}
