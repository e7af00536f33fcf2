package aws

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"headroom/capacity"
	"headroom/history"
)

// A Source reads load history from a bucket: the address s3://bucket/prefix/ is
// all objects below the prefix, s3://bucket/key is that object and all objects
// below it. Objects are fetched several at once. Apart from the client, zero
// fields are the defaults.
type Source struct {
	Client *Client
	// Objects is how many objects are fetched at once; 0 means 8.
	Objects int
	// InFlight is how many bytes of objects, as they are stored, are in memory
	// at once; 0 means 128 MiB. A larger object is fetched alone.
	InFlight int64
	// Limits are those of one object.
	Limits history.Limits
}

var _ history.Sharer = Source{}

// Fetch implements [history.Source]. An object that changes meanwhile is read
// as it was before or after, whole.
func (s Source) Fetch(ctx context.Context, d capacity.Demand, from, to time.Time) (history.Table, error) {
	got := s.FetchEach(ctx, []history.Ask{{Demand: d, From: from, To: to}})[0]
	return got.Table, got.Err
}

// FetchEach implements [history.Sharer].
func (s Source) FetchEach(ctx context.Context, asks []history.Ask) []history.Got {
	address := asks[0].Demand.Source
	bucket, prefix, err := location(address)
	if err != nil {
		return history.Fail(asks, err)
	}
	from := history.Earliest(asks)
	objects, old, err := s.list(ctx, bucket, prefix, from)
	if err != nil {
		return history.Fail(asks, err)
	}
	if len(objects) == 0 && old > 0 {
		return history.Fail(asks, fmt.Errorf("fetch %q: its %d data objects were written long before %s, and nothing since: %w", address, old, from.Format(time.RFC3339), capacity.ErrNoData))
	}
	if len(objects) == 0 {
		return history.Fail(asks, fmt.Errorf("fetch %q: there are no data objects below it; check demand.source, or upload CSV or Parquet files, as with: aws s3 cp load.csv %s (with --endpoint-url \"$HEADROOM_S3_ENDPOINT\" if the server is not AWS's): %w", address, address, capacity.ErrNoData))
	}
	parts := history.NewParts(asks, len(objects), s.Limits)
	if err := s.read(ctx, bucket, objects, parts); err != nil {
		return history.Fail(asks, err)
	}
	return parts.Merge(address)
}

// An object is an entry of a listing.
type object struct {
	key      string
	size     int64
	archived bool // by its storage class; it may have been restored since
}

// foresight is how far a clock that load was measured by may be ahead of the
// server's.
const foresight = 24 * time.Hour

// list finds the data objects at and below the prefix that may hold what was
// measured from a time on, and counts those that were written too early for it: a
// look at the newest load need not read the history of weeks.
func (s Source) list(ctx context.Context, bucket, prefix string, from time.Time) (found []object, old int, err error) {
	pages := s3.NewListObjectsV2Paginator(s.Client.s3, &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, 0, s.Client.explain("list", objectURI(bucket, prefix), err)
		}
		for _, o := range page.Contents {
			key := aws.ToString(o.Key)
			if !below(prefix, key) {
				continue
			}
			if o.LastModified != nil && o.LastModified.Add(foresight).Before(from) {
				old++
				continue
			}
			if size := aws.ToInt64(o.Size); size <= s.Limits.OrDefault().Object {
				found = append(found, object{key, size, archived(o.StorageClass)})
				continue
			}
			return nil, 0, tooLarge(objectURI(bucket, key), s.Limits.OrDefault().Object)
		}
	}
	return found, old, nil
}

// below reports whether a key that starts with the prefix is one to read: the
// prefix "load" is not meant to find "load-test.csv".
func below(prefix, key string) bool {
	if key == prefix {
		return !strings.HasSuffix(key, "/")
	}
	rest := strings.TrimPrefix(key, prefix)
	if prefix != "" && !strings.HasSuffix(prefix, "/") {
		var ok bool
		if rest, ok = strings.CutPrefix(rest, "/"); !ok {
			return false
		}
	}
	return history.IsData(rest)
}

// read fetches and decodes the objects, archived ones first: most of those have
// to be restored. The first that cannot be fetched stops all of it.
func (s Source) read(ctx context.Context, bucket string, objects []object, parts *history.Parts) error {
	most := cmp.Or(s.InFlight, 128<<20)
	memory := semaphore.NewWeighted(most)
	all, fetching := errgroup.WithContext(ctx)
	all.SetLimit(cmp.Or(s.Objects, 8))
	for _, i := range archivedFirst(objects) {
		o := objects[i]
		need := min(o.size, most)
		if memory.Acquire(fetching, need) != nil {
			break // one has failed, or the caller gave up; Wait tells
		}
		all.Go(func() error {
			defer memory.Release(need)
			data, _, err := s.Client.download(fetching, bucket, o.key, s.Limits.OrDefault().Object)
			if err == nil {
				parts.Read(i, o.key, bytes.NewReader(data), int64(len(data)))
			}
			return err
		})
	}
	if err := all.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// archivedFirst is the order in which objects are read, as their indices.
func archivedFirst(objects []object) []int {
	var first, rest []int
	for i, o := range objects {
		if o.archived {
			first = append(first, i)
		} else {
			rest = append(rest, i)
		}
	}
	return append(first, rest...)
}

// location splits s3://bucket/prefix.
func location(address string) (bucket, prefix string, err error) {
	rest, ok := strings.CutPrefix(address, "s3://")
	bucket, prefix, _ = strings.Cut(rest, "/")
	if !ok || bucket == "" {
		return "", "", fmt.Errorf("demand.source %q: a source in a bucket is s3://bucket/prefix/: %w", address, capacity.ErrBadPolicy)
	}
	return bucket, prefix, nil
}
