package aws

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"headroom/capacity"
)

// Settings say where AWS is and who asks. The zero Settings are real AWS with
// region and credentials as the SDK finds them.
type Settings struct {
	// Endpoint is the URL of an S3 server other than AWS; empty is AWS. Such a
	// server is addressed by path (http://host/bucket/key).
	Endpoint string
	// Region is the region of the buckets; empty is what the SDK finds, and
	// us-east-1 if there is an endpoint and it finds none.
	Region string
	// PathStyle addresses buckets by path on AWS, too.
	PathStyle bool
	// AccessKey and SecretKey are credentials; empty is what the SDK finds.
	AccessKey, SecretKey string
	// Attempts is how often one call is tried; 0 means 2. Temporal tries whole
	// activities again, and the two multiply.
	Attempts int
}

// A Client calls AWS. It is safe for use by several goroutines.
type Client struct {
	s3     *s3.Client
	region string
	where  string // for messages
}

// Open finds region and credentials and makes a client; it does not call S3
// yet. It returns ErrAccess if there are no credentials, and a plain error if
// there is no region.
func Open(ctx context.Context, s Settings) (*Client, error) {
	options := []func(*config.LoadOptions) error{
		config.WithRetryMaxAttempts(cmp.Or(s.Attempts, 2)),
	}
	if s.Region != "" {
		options = append(options, config.WithRegion(s.Region))
	}
	if s.Endpoint != "" {
		options = append(options, config.WithDefaultRegion("us-east-1"))
	}
	if s.AccessKey != "" {
		options = append(options, config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(s.AccessKey, s.SecretKey, "")))
	}
	found, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("read the AWS configuration: %w", err)
	}
	if found.Region == "" {
		return nil, errors.New("no AWS region: set AWS_REGION, or region in the AWS profile, or HEADROOM_S3_ENDPOINT for another server (`headroom dev` prints it)")
	}
	if _, err := found.Credentials.Retrieve(ctx); err != nil {
		return nil, fmt.Errorf("no AWS credentials (%w); set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the machine a role: %w", err, capacity.ErrAccess)
	}
	c := &Client{region: found.Region, where: cmp.Or(s.Endpoint, "AWS in "+found.Region)}
	c.s3 = s3.NewFromConfig(found, func(o *s3.Options) {
		o.DisableLogOutputChecksumValidationSkipped = true // other servers have none, and it says so for every object
		o.UsePathStyle = s.PathStyle || s.Endpoint != ""
		if s.Endpoint != "" {
			o.BaseEndpoint = aws.String(s.Endpoint)
		}
	})
	return c, nil
}
