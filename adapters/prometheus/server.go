package prometheus

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"

	"github.com/prometheus/client_golang/api"
	v1 "github.com/prometheus/client_golang/api/prometheus/v1"

	"headroom/capacity"
)

// The schemes of addresses, and what the servers behind them speak.
var schemes = map[string]string{"prometheus": "http", "prometheus+https": "https"}

// dial prepares calls to the server at an address; none is made yet.
func (s Source) dial(address string) (v1.API, error) {
	u, err := url.Parse(address)
	if err != nil || schemes[u.Scheme] == "" || u.Host == "" || u.RawQuery != "" || u.User != nil {
		return nil, fmt.Errorf("that is no address; write prometheus://host:9090/ or prometheus+https://host/ in demand.source: %w", capacity.ErrBadPolicy)
	}
	u.Scheme = schemes[u.Scheme]
	if s.Token != "" && u.Scheme == "http" && !onThisMachine(u.Hostname()) {
		return nil, fmt.Errorf("the token would cross the network in clear; write prometheus+https://%s: %w", u.Host, capacity.ErrBadPolicy)
	}
	client, err := api.NewClient(api.Config{Address: u.String(), RoundTripper: caller{token: s.Token, tenant: s.Tenant, next: api.DefaultRoundTripper}})
	if err != nil {
		return nil, fmt.Errorf("prepare calls: %w", err)
	}
	return v1.NewAPI(client), nil
}

// shown is an address as messages tell it: without a password.
func shown(address string) string {
	if u, err := url.Parse(address); err == nil {
		return u.Redacted()
	}
	return address
}

// onThisMachine reports whether nobody else is on the way to a host.
func onThisMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// largest is how many bytes of an answer are read: ten thousand points of one
// series are a fraction of a mebibyte.
const largest = 16 << 20

// A caller says who calls, and bounds what it is answered.
type caller struct {
	token, tenant string
	next          http.RoundTripper
}

// RoundTrip implements [http.RoundTripper].
func (c caller) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	if c.tenant != "" {
		r.Header.Set("X-Scope-OrgID", c.tenant)
	}
	answer, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if err := refusal(answer.StatusCode); err != nil {
		return nil, fmt.Errorf("%w (HTTP %s)", err, answer.Status)
	}
	answer.Body = &bounded{ReadCloser: answer.Body, left: largest}
	return answer, nil
}

// bounded fails once it has read too much, which a plain limit would make look
// like an answer that was cut off.
type bounded struct {
	io.ReadCloser
	left int
}

// Read implements [io.Reader].
func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= n; b.left < 0 {
		return n, errTooMuch
	}
	return n, err
}
