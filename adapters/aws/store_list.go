package aws

import (
	"context"
	"io/fs"
	"iter"
	"path"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"headroom/capacity"
)

// List implements [capacity.Store], a request for each thousand keys. Objects whose
// names are no keys, such as the markers of folders, are left out.
func (s Store) List(ctx context.Context, prefix, after string) iter.Seq2[capacity.Entry, error] {
	return func(yield func(capacity.Entry, error) bool) {
		base := ""
		if s.Prefix != "" {
			base = path.Clean(s.Prefix) + "/"
		}
		in := &s3.ListObjectsV2Input{Bucket: &s.Bucket, Prefix: aws.String(base + prefix)}
		if after != "" {
			in.StartAfter = aws.String(base + after)
		}
		pages := s3.NewListObjectsV2Paginator(s.Client.s3, in)
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(capacity.Entry{}, s.Client.explain("list", objectURI(s.Bucket, base+prefix), err))
				return
			}
			for _, o := range page.Contents {
				key := strings.TrimPrefix(aws.ToString(o.Key), base)
				if !fs.ValidPath(key) {
					continue
				}
				if !yield(capacity.Entry{Key: key, Size: aws.ToInt64(o.Size), Modified: aws.ToTime(o.LastModified)}, nil) {
					return
				}
			}
		}
	}
}
