package aws

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"headroom/capacity"
)

// A Store keeps artefacts as objects of a bucket, those of 4 KiB and more compressed
// (gzip). It relies on conditional
// writes (If-Match and If-None-Match), so two that write at once can never both
// win. The version of a key is its ETag, so content that was swapped away and
// back has its version back.
type Store struct {
	Client *Client
	Bucket string
	Prefix string // in front of every key, such as "headroom/"; may be empty
}

var _ capacity.Store = Store{}

// maxArtefact bounds what Get reads into memory.
const maxArtefact = 1 << 30

// Put implements [capacity.Store].
func (s Store) Put(ctx context.Context, key string, data []byte) (capacity.Ref, error) {
	full, err := s.key(key)
	if err != nil {
		return capacity.Ref{}, err
	}
	err = s.write(ctx, "put", &s3.PutObjectInput{Bucket: &s.Bucket, Key: &full, IfNoneMatch: aws.String("*")}, data)
	if errors.Is(err, capacity.ErrConflict) {
		err = s.same(ctx, full, data)
	}
	if err != nil {
		return capacity.Ref{}, err
	}
	return capacity.RefTo(key, data), nil
}

// same makes sure that what somebody else put is what we wanted to.
func (s Store) same(ctx context.Context, full string, data []byte) error {
	old, _, err := s.read(ctx, full)
	if err != nil && !errors.Is(err, capacity.ErrNotFound) {
		return err
	}
	if err != nil || !bytes.Equal(old, data) {
		return fmt.Errorf("put %s: it holds other data already: %w", objectURI(s.Bucket, full), capacity.ErrConflict)
	}
	return nil
}

// Get implements [capacity.Store].
func (s Store) Get(ctx context.Context, key string) (data []byte, version string, err error) {
	full, err := s.key(key)
	if err != nil {
		return nil, "", err
	}
	return s.read(ctx, full)
}

// read reads an object, and its ETag.
func (s Store) read(ctx context.Context, full string) (data []byte, tag string, err error) {
	data, tag, err = s.Client.download(ctx, s.Bucket, full, maxArtefact)
	if err == nil {
		data, err = unpack(data, objectURI(s.Bucket, full))
	}
	return data, tag, err
}

// Swap implements [capacity.Store]. If no answer came, it may have happened:
// read the key to find out.
func (s Store) Swap(ctx context.Context, key string, data []byte, version string) error {
	full, err := s.key(key)
	if err != nil {
		return err
	}
	in := &s3.PutObjectInput{Bucket: &s.Bucket, Key: &full}
	if version == "" {
		in.IfNoneMatch = aws.String("*")
	} else {
		in.IfMatch = &version
	}
	// Tried a second time after a lost answer, it would lose to itself.
	once := func(o *s3.Options) { o.RetryMaxAttempts = 1 }
	err = s.write(ctx, "swap", in, data, once)
	if version != "" && errors.Is(err, capacity.ErrNotFound) {
		if _, headErr := s.Client.s3.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &s.Bucket}); headErr == nil {
			return fmt.Errorf("swap %s: there is no such object any more: %w", objectURI(s.Bucket, full), capacity.ErrConflict)
		}
	}
	return err
}

// Delete implements [capacity.Store].
func (s Store) Delete(ctx context.Context, key string) error {
	full, err := s.key(key)
	if err != nil {
		return err
	}
	if _, err := s.Client.s3.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &s.Bucket, Key: &full}); err != nil {
		return s.Client.explain("delete", objectURI(s.Bucket, full), err)
	}
	return nil
}

func (s Store) write(ctx context.Context, verb string, in *s3.PutObjectInput, data []byte, options ...func(*s3.Options)) error {
	packed, encoding, err := pack(data)
	if err != nil {
		return err
	}
	if in.Body = bytes.NewReader(packed); encoding != "" {
		in.ContentEncoding = &encoding
	}
	if _, err := s.Client.s3.PutObject(ctx, in, options...); err != nil {
		return s.Client.explain(verb, objectURI(s.Bucket, *in.Key), err)
	}
	return nil
}

// key is the object's key. The same keys work in a bucket and in a folder.
func (s Store) key(key string) (string, error) {
	if !fs.ValidPath(key) || key == "." {
		return "", fmt.Errorf("the key %q of bucket %q: write slash-separated names, none of them a dot or two", key, s.Bucket)
	}
	return path.Join(s.Prefix, key), nil
}
