package aws

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"headroom/capacity"
)

// A Signer signs calls to a service that is called by plain HTTP, with the
// credentials of a profile or a role; what is empty is what the SDK finds.
type Signer struct {
	Service string // as signatures name it, such as aps
	Region  string
	Profile string
	Role    string           // that is assumed, by its ARN
	Now     func() time.Time // nil: the wall clock
}

// Through makes next sign what goes through it. Credentials are found at the first
// call.
func (s Signer) Through(ctx context.Context, next http.RoundTripper) (http.RoundTripper, error) {
	var options []func(*config.LoadOptions) error
	if s.Region != "" {
		options = append(options, config.WithRegion(s.Region))
	}
	if s.Profile != "" {
		options = append(options, config.WithSharedConfigProfile(s.Profile))
	}
	found, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("read the AWS configuration: %w", err)
	}
	if found.Region == "" {
		return nil, fmt.Errorf("no AWS region: write region, or set AWS_REGION: %w", capacity.ErrBadPolicy)
	}
	if s.Role != "" {
		found.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(found), s.Role))
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	return signed{of: s, region: found.Region, credentials: found.Credentials, signer: v4.NewSigner(), next: next}, nil
}

// signed signs each call.
type signed struct {
	of          Signer
	region      string
	credentials aws.CredentialsProvider
	signer      *v4.Signer
	next        http.RoundTripper
}

// RoundTrip implements [http.RoundTripper].
func (s signed) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil { // a query
			return nil, err
		}
		_ = r.Body.Close() // it has been read
	}
	credentials, err := s.credentials.Retrieve(r.Context())
	if err != nil {
		return nil, fmt.Errorf("no AWS credentials (%w); set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the machine a role: %w", err, capacity.ErrAccess)
	}
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(bytes.NewReader(body))
	hash := sha256.Sum256(body)
	if err := s.signer.SignHTTP(r.Context(), credentials, r, hex.EncodeToString(hash[:]), s.of.Service, s.region, s.of.Now().UTC()); err != nil {
		return nil, fmt.Errorf("sign the call: %w", err)
	}
	return s.next.RoundTrip(r)
}
