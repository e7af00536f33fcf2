package prometheus

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

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
	through := caller{scheme: u.Scheme, host: u.Host, next: api.DefaultRoundTripper}
	if s.Through != nil {
		through.next = s.Through
	}
	if server, known := s.Servers.of(u); known {
		if server.secret() && u.Scheme == "http" && !server.AllowHTTP && !onThisMachine(u.Hostname()) {
			return nil, fmt.Errorf("the credentials would cross the network in clear; write prometheus+https://%s, or allow_http: true beside its host in the file of HEADROOM_PROMETHEUS_CONFIG: %w", u.Host, capacity.ErrBadPolicy)
		}
		through.next, through.known = server.through, true
	}
	client, err := api.NewClient(api.Config{Address: u.String(), Client: &http.Client{Transport: through, CheckRedirect: stay}})
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

// stay follows a redirect only inside the server that was named, and only one that
// repeats the call as it was: credentials belong to that server.
func stay(next *http.Request, via []*http.Request) error {
	first := via[0]
	if next.URL.Scheme == first.URL.Scheme && next.URL.Host == first.URL.Host && next.Method == first.Method && len(via) < 5 {
		return nil
	}
	to := url.URL{Scheme: "prometheus", Host: next.URL.Host, Path: strings.TrimSuffix(next.URL.Path, "/api/v1/query_range")}
	if next.URL.Scheme == "https" {
		to.Scheme = "prometheus+https"
	}
	return fmt.Errorf("the server redirects to another address, which is not followed; if that is the server, write %s in demand.source, otherwise check how to sign in: %w", to.String(), capacity.ErrBadPolicy)
}

// largest is how many bytes of an answer are read: ten thousand points of one
// series are a fraction of a mebibyte.
const largest = 16 << 20

// A caller makes calls to one server, with its credentials, and bounds what it is
// answered.
type caller struct {
	scheme, host string
	known        bool // whether there are settings for the server
	next         http.RoundTripper
}

// RoundTrip implements [http.RoundTripper].
func (c caller) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != c.scheme || r.URL.Host != c.host {
		return nil, fmt.Errorf("call %s://%s: the credentials are for %s://%s: %w", r.URL.Scheme, r.URL.Host, c.scheme, c.host, capacity.ErrAccess)
	}
	answer, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, distrust(err)
	}
	if err := refusal(answer.StatusCode, c.known); err != nil {
		_ = answer.Body.Close() // it is not read
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
