package aws

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"headroom/capacity"
)

// EnsureBucket creates the bucket in the client's region if there is none. It
// returns ErrConflict if the name belongs to another account, and ErrAccess.
func (c *Client) EnsureBucket(ctx context.Context, bucket string) error {
	_, err := c.s3.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &bucket})
	if err == nil {
		return nil
	}
	if err = c.explain("look at", bucketURI(bucket), err); !errors.Is(err, capacity.ErrNotFound) {
		return err
	}
	in := &s3.CreateBucketInput{Bucket: &bucket}
	if c.region != "us-east-1" { // the one region that must not be named
		in.CreateBucketConfiguration = &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(c.region)}
	}
	var mine *types.BucketAlreadyOwnedByYou
	if _, err := c.s3.CreateBucket(ctx, in); err != nil && !errors.As(err, &mine) {
		return c.explain("create", bucketURI(bucket), err)
	}
	return nil
}

// Upload writes an object, over whatever is there. It returns ErrNotFound if
// there is no such bucket, and ErrAccess.
func (c *Client) Upload(ctx context.Context, bucket, key string, data []byte) error {
	_, err := c.s3.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: bytes.NewReader(data)})
	if err != nil {
		return c.explain("upload", objectURI(bucket, key), err)
	}
	return nil
}

// download reads a whole object of at most so many bytes, and its ETag.
func (c *Client) download(ctx context.Context, bucket, key string, most int64) (data []byte, tag string, err error) {
	out, err := c.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return nil, "", c.explain("get", objectURI(bucket, key), err)
	}
	defer out.Body.Close()
	var whole bytes.Buffer
	if size := aws.ToInt64(out.ContentLength); 0 < size && size <= most {
		whole.Grow(int(size) + bytes.MinRead) // or reading to the end would double it
	}
	// The content encoding is not looked at: it may say aws-chunked of a body
	// that is not, and gzip of one that nobody unpacked.
	if _, err = whole.ReadFrom(io.LimitReader(out.Body, most+1)); err != nil {
		return nil, "", fmt.Errorf("get %s at %s: the answer broke off after %d bytes: %w", objectURI(bucket, key), c.where, whole.Len(), err)
	}
	if int64(whole.Len()) > most {
		return nil, "", tooLarge(objectURI(bucket, key), most)
	}
	return whole.Bytes(), aws.ToString(out.ETag), nil
}

func tooLarge(subject string, most int64) error {
	return fmt.Errorf("get %s: the object has more than %d MiB; split it: %w", subject, most>>20, capacity.ErrBadData)
}

func bucketURI(bucket string) string { return fmt.Sprintf("%q", "s3://"+bucket) }

func objectURI(bucket, key string) string { return fmt.Sprintf("%q", "s3://"+bucket+"/"+key) }
