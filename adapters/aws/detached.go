package aws

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// detached gives each request a body of its own. The SDK closes the body once
// the answer begins; a server nearby answers before net/http has looked for the
// end of the body, which then takes the closed body for a broken request and
// cuts the answer off.
type detached struct{ aws.HTTPClient }

// Do sends a request.
func (d detached) Do(r *http.Request) (*http.Response, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return d.HTTPClient.Do(r)
	}
	body, err := io.ReadAll(r.Body) // a few kilobytes: a form
	if err != nil {
		return nil, fmt.Errorf("read the body of the request: %w", err)
	}
	own := r.Clone(r.Context())
	own.Body = io.NopCloser(bytes.NewReader(body))
	return d.HTTPClient.Do(own)
}
