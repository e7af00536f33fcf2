package aws

import (
	"cmp"
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
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
	// Role is assumed with those credentials; the zero Role: none is.
	Role Role
}

// A Role is a role of IAM that is assumed by STS.
type Role struct {
	ARN        string
	ExternalID string // that the role asks for; empty: none
	Session    string // names the session in CloudTrail
}

// A Client calls S3. It is safe for use by several goroutines.
type Client struct {
	s3     *s3.Client
	region string
	where  string // for messages
}

// Open finds region and credentials and makes a client; it does not call S3
// yet. It returns ErrAccess if there are no credentials, and a plain error if
// there is no region.
func Open(ctx context.Context, s Settings) (*Client, error) {
	found, err := configure(ctx, s, cmp.Or(s.Attempts, 2))
	if err != nil {
		return nil, err
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
