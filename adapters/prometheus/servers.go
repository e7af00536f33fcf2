package prometheus

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/prometheus/common/config"
	"go.yaml.in/yaml/v2"

	"headroom/capacity"
)

// A Server is how to sign in to one server: its keys are those of Prometheus' own
// http_config, and some more.
type Server struct {
	Host string `yaml:"host"` // or host:port; without a port the one of the scheme
	// AllowHTTP sends the credentials by HTTP, in clear, to another machine.
	AllowHTTP bool                    `yaml:"allow_http,omitempty"`
	SigV4     *SigV4                  `yaml:"sigv4,omitempty"`
	HTTP      config.HTTPClientConfig `yaml:",inline"`
}

// SigV4 is how calls are signed for Amazon Managed Service for Prometheus. What is
// empty is what the AWS SDK finds.
type SigV4 struct {
	Region  string `yaml:"region,omitempty"`
	Profile string `yaml:"profile,omitempty"`
	RoleARN string `yaml:"role_arn,omitempty"`
}

// A Signer makes next sign the calls that go through it.
type Signer func(ctx context.Context, s SigV4, next http.RoundTripper) (http.RoundTripper, error)

// UnmarshalYAML fills in Prometheus' own defaults.
func (s *Server) UnmarshalYAML(unmarshal func(any) error) error {
	*s = Server{HTTP: config.DefaultHTTPClientConfig}
	type plain Server
	return unmarshal((*plain)(s))
}

// check says what is wrong with a server's settings.
func (s *Server) check() error {
	if u, err := url.Parse("//" + s.Host); err != nil || s.Host == "" || u.Host != s.Host {
		return fmt.Errorf("host %q: write a host, or host:port, without a scheme and a path", s.Host)
	}
	signed := s.HTTP.Authorization != nil || s.HTTP.BasicAuth != nil || s.HTTP.BearerToken != "" || s.HTTP.BearerTokenFile != ""
	switch {
	case s.HTTP.OAuth2 != nil:
		return fmt.Errorf("host %q: oauth2 is not supported; use authorization with credentials_file", s.Host)
	case s.SigV4 != nil && signed:
		return fmt.Errorf("host %q: it has sigv4 and another way to sign in; leave one", s.Host)
	}
	if err := s.HTTP.Validate(); err != nil {
		return fmt.Errorf("host %q: %w", s.Host, err)
	}
	return nil
}

// secret reports whether calls carry what others must not see. The tenant of Mimir
// and Cortex is none.
func (s *Server) secret() bool {
	if s.HTTP.HTTPHeaders != nil {
		for name, header := range s.HTTP.HTTPHeaders.Headers {
			if http.CanonicalHeaderKey(name) != tenantHeader || len(header.Secrets)+len(header.Files) > 0 {
				return true
			}
		}
	}
	return s.SigV4 != nil || s.HTTP.Authorization != nil || s.HTTP.BasicAuth != nil
}

const tenantHeader = "X-Scope-Orgid"

// Bearer are the settings of a server that is signed in to by a token, a tenant of
// Mimir or Cortex, or both.
func Bearer(host, token, tenant string) Server {
	s := Server{Host: host, HTTP: config.DefaultHTTPClientConfig}
	if token != "" {
		s.HTTP.Authorization = &config.Authorization{Type: "Bearer", Credentials: config.Secret(token)}
	}
	if tenant != "" {
		s.HTTP.HTTPHeaders = &config.Headers{Headers: map[string]config.Header{tenantHeader: {Values: []string{tenant}}}}
	}
	return s
}

// ReadServers reads a file of servers. Files that it names are relative to its
// folder.
func ReadServers(file string) ([]Server, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var content struct {
		Servers []Server `yaml:"servers"`
	}
	if err := yaml.UnmarshalStrict(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), &content); err != nil {
		return nil, fmt.Errorf("read %s: %w: %w", file, err, capacity.ErrBadPolicy)
	}
	for i := range content.Servers {
		content.Servers[i].HTTP.SetDirectory(filepath.Dir(file))
	}
	return content.Servers, nil
}

// Servers are the servers that are signed in to, by host. The zero Servers are
// none: calls are made without credentials.
type Servers struct{ byHost map[string]opened }

// An opened server is one with what its calls go through.
type opened struct {
	Server
	through http.RoundTripper
}

// Open prepares calls to servers, and reads the certificates that they name; it
// makes no call.
func Open(ctx context.Context, sign Signer, servers ...Server) (Servers, error) {
	all := Servers{byHost: map[string]opened{}}
	for _, s := range servers {
		if err := s.check(); err != nil {
			return all, fmt.Errorf("%w: %w", err, capacity.ErrBadPolicy)
		}
		host := strings.ToLower(s.Host)
		if _, twice := all.byHost[host]; twice {
			return all, fmt.Errorf("host %q is there twice; leave one: %w", s.Host, capacity.ErrBadPolicy)
		}
		through, err := config.NewRoundTripperFromConfigWithContext(ctx, s.HTTP, "headroom")
		if err != nil {
			return all, fmt.Errorf("host %q: %w: %w", s.Host, err, capacity.ErrBadPolicy)
		}
		if s.SigV4 != nil {
			if through, err = sign(ctx, *s.SigV4, through); err != nil {
				return all, fmt.Errorf("host %q: sigv4: %w", s.Host, err)
			}
		}
		all.byHost[host] = opened{s, through}
	}
	return all, nil
}

// of is the server that an address belongs to. A server without a port has the
// port of the scheme.
func (all Servers) of(u *url.URL) (opened, bool) {
	usual := map[string]string{"http": "80", "https": "443"}[u.Scheme]
	name, port := strings.ToLower(u.Hostname()), u.Port()
	if strings.Contains(name, ":") { // an IPv6 address
		name = "[" + name + "]"
	}
	if port == "" {
		port = usual
	}
	if s, ok := all.byHost[name+":"+port]; ok {
		return s, true
	}
	s, ok := all.byHost[name]
	return s, ok && port == usual
}
