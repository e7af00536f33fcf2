package prometheus_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"headroom/adapters/prometheus"
	"headroom/capacity"
)

// signedIn opens servers; sigv4 sets a header that says so.
func signedIn(t *testing.T, servers ...prometheus.Server) prometheus.Servers {
	t.Helper()
	opened, err := prometheus.Open(t.Context(), marked, servers...)
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

// marked stands for a signature.
func marked(_ context.Context, s prometheus.SigV4, next http.RoundTripper) (http.RoundTripper, error) {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		r = r.Clone(r.Context())
		r.Header.Set("Authorization", "AWS4 "+s.Region+" "+s.Profile+" "+s.RoleARN)
		return next.RoundTrip(r)
	}), nil
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// mustWrite writes files into a folder and returns it.
func mustWrite(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// configured reads settings of servers from a file beside others.
func configured(t *testing.T, text string, beside map[string]string) (prometheus.Servers, error) {
	t.Helper()
	files := map[string]string{"servers.yaml": text}
	maps.Copy(files, beside)
	servers, err := prometheus.ReadServers(filepath.Join(mustWrite(t, files), "servers.yaml"))
	if err != nil {
		return prometheus.Servers{}, err
	}
	return prometheus.Open(t.Context(), marked, servers...)
}

// calls asks a server for an hour of load.
func calls(t *testing.T, servers prometheus.Servers, address string) error {
	t.Helper()
	d := capacity.Demand{Source: address, Value: "x", Step: time.Hour}
	table, err := prometheus.Source{Servers: servers}.Fetch(t.Context(), d, day, day.Add(time.Hour))
	table.Release()
	return err
}

const oneHour = `{"metric":{},"values":[[1772413200,"3"]]}`

// recording answers with an hour of load and keeps the headers it was sent.
func recording(heard *[]http.Header) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		*heard = append(*heard, r.Header.Clone())
		_, _ = io.WriteString(w, matrix(oneHour))
	}
}

// pair is a certificate that signs itself, and its key.
func pair(t *testing.T) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "headroom"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: keyDER}))
}

// secure is a server with a certificate of its own authority, which is returned;
// with clients, it asks for one of their certificates.
func secure(t *testing.T, clients string, handler http.Handler) (s *httptest.Server, authority string) {
	t.Helper()
	s = httptest.NewUnstartedServer(handler)
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // clients that do not trust it
	if clients != "" {
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM([]byte(clients))
		s.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool, MinVersion: tls.VersionTLS12}
	}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}))
}

// Each way to sign in, by a file in the form of Prometheus' own.
func TestServers_SignIn(t *testing.T) {
	for name, c := range map[string]struct {
		settings string
		want     http.Header
	}{
		"basic":       {"basic_auth: {username: me, password_file: secret}", http.Header{"Authorization": {"Basic bWU6czNjcmV0"}}}, // me:s3cret
		"bearer":      {"authorization: {credentials: tok}", http.Header{"Authorization": {"Bearer tok"}}},
		"bearer file": {"authorization: {credentials_file: secret}", http.Header{"Authorization": {"Bearer s3cret"}}},
		"other type":  {"authorization: {type: ApiKey, credentials: tok}", http.Header{"Authorization": {"ApiKey tok"}}},
		"headers":     {"http_headers: {X-Scope-OrgID: {values: [team-a]}, X-Api-Key: {files: [secret]}, X-Two: {secrets: [a, b]}}", http.Header{"X-Scope-Orgid": {"team-a"}, "X-Api-Key": {"s3cret"}, "X-Two": {"a", "b"}}},
		"sigv4":       {"sigv4: {region: eu-west-1, profile: p, role_arn: r}", http.Header{"Authorization": {"AWS4 eu-west-1 p r"}}},
		"none":        {"tls_config: {}", http.Header{}},
	} {
		t.Run(name, func(t *testing.T) {
			var heard []http.Header
			s, authority := secure(t, "", recording(&heard))
			host := strings.TrimPrefix(s.URL, "https://")
			text := "servers:\n- host: " + host + "\n  " + c.settings + "\n"
			if name == "none" {
				text = "servers:\n- host: " + host + "\n  tls_config: {ca_file: ca.pem}\n"
			} else {
				text += "  tls_config: {ca_file: ca.pem}\n"
			}
			servers, err := configured(t, text, map[string]string{"secret": "s3cret\n", "ca.pem": authority})
			if err != nil {
				t.Fatal(err)
			}
			if err := calls(t, servers, "prometheus+https://"+host+"/"); err != nil {
				t.Fatal(err)
			}
			for _, key := range []string{"Authorization", "X-Scope-Orgid", "X-Api-Key", "X-Two"} {
				if got, want := strings.Join(heard[0].Values(key), "|"), strings.Join(c.want.Values(key), "|"); got != want {
					t.Errorf("%s is %q, want %q", key, got, want)
				}
			}
			// The credentials are those of this host, and of no other.
			other := httptest.NewServer(recording(&heard))
			defer other.Close()
			if err := calls(t, servers, strings.Replace(other.URL, "http", "prometheus", 1)); err != nil {
				t.Fatal(err)
			}
			for _, key := range []string{"Authorization", "X-Scope-Orgid", "X-Api-Key", "X-Two"} {
				if got := heard[1].Values(key); len(got) > 0 {
					t.Errorf("another host was sent %s %q", key, got)
				}
			}
		})
	}
}

// A server's own authority and a client's certificate; without them, the remedy.
func TestServers_Certificates(t *testing.T) {
	certificate, key := pair(t)
	var heard []http.Header
	s, authority := secure(t, certificate, recording(&heard))
	host := strings.TrimPrefix(s.URL, "https://")
	beside := map[string]string{"ca.pem": authority, "client.pem": certificate, "client.key": key}
	for name, c := range map[string]struct {
		tls  string
		says string
	}{
		"both":           {"{ca_file: ca.pem, cert_file: client.pem, key_file: client.key}", ""},
		"no client":      {"{ca_file: ca.pem}", "tls_config.cert_file"},
		"no authority":   {"{cert_file: client.pem, key_file: client.key}", "tls_config.ca_file"},
		"another's name": {"{ca_file: ca.pem, cert_file: client.pem, key_file: client.key, server_name: other.test}", "tls_config.ca_file"},
	} {
		t.Run(name, func(t *testing.T) {
			servers, err := configured(t, "servers:\n- host: "+host+"\n  tls_config: "+c.tls+"\n", beside)
			if err != nil {
				t.Fatal(err)
			}
			err = calls(t, servers, "prometheus+https://"+host)
			if c.says == "" && err != nil || c.says != "" && (!errors.Is(err, capacity.ErrAccess) || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("got %v, want %q", err, c.says)
			}
		})
	}
}

// No credentials go where a redirect leads, in none of its forms.
func TestServers_Redirects(t *testing.T) {
	for _, code := range []int{301, 302, 303, 307, 308} {
		for _, signIn := range []string{"authorization: {credentials: tok}", "basic_auth: {username: me, password: s3cret}", "http_headers: {X-Scope-OrgID: {values: [team-a]}}", "sigv4: {region: r}"} {
			var heard []http.Header
			other := httptest.NewServer(recording(&heard))
			front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, other.URL+r.URL.Path, code)
			}))
			host := strings.TrimPrefix(front.URL, "http://")
			servers, err := configured(t, "servers:\n- host: "+host+"\n  "+signIn+"\n", nil)
			if err != nil {
				t.Fatal(err)
			}
			err = calls(t, servers, "prometheus://"+host+"/")
			if want := strings.Replace(other.URL, "http", "prometheus", 1); len(heard) > 0 || !errors.Is(err, capacity.ErrBadPolicy) || !strings.Contains(err.Error(), want) {
				t.Errorf("%d, %s: the other host heard %v; got %v, want %v that names %s", code, signIn, heard, err, capacity.ErrBadPolicy, want)
			}
			front.Close()
			other.Close()
		}
	}
}

// A redirect from HTTPS to HTTP is not followed either, even on the same machine;
// one inside the server is, where it repeats the call.
func TestServers_RedirectsInside(t *testing.T) {
	var heard []http.Header
	plain := httptest.NewServer(recording(&heard))
	defer plain.Close()
	s, authority := secure(t, "", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, "/down/"):
			http.Redirect(w, r, plain.URL+"/api/v1/query_range", http.StatusTemporaryRedirect)
		case strings.HasPrefix(r.URL.Path, "/old/"):
			http.Redirect(w, r, "/new/api/v1/query_range", http.StatusPermanentRedirect)
		case strings.HasPrefix(r.URL.Path, "/moved/"):
			http.Redirect(w, r, "/new/api/v1/query_range", http.StatusMovedPermanently)
		case r.FormValue("query") != "x":
			t.Errorf("asked at %s for %v", r.URL, r.Form)
		default:
			recording(&heard)(w, r)
		}
	}))
	host := strings.TrimPrefix(s.URL, "https://")
	servers, err := configured(t, "servers:\n- host: "+host+"\n  authorization: {credentials: tok}\n  tls_config: {ca_file: ca.pem}\n", map[string]string{"ca.pem": authority})
	if err != nil {
		t.Fatal(err)
	}
	if err := calls(t, servers, "prometheus+https://"+host+"/down"); !errors.Is(err, capacity.ErrBadPolicy) || len(heard) > 0 {
		t.Errorf("down to HTTP: got %v and heard %v, want a refusal", err, heard)
	}
	if err := calls(t, servers, "prometheus+https://"+host+"/moved"); !errors.Is(err, capacity.ErrBadPolicy) || !strings.Contains(err.Error(), "prometheus+https://"+host+"/new ") {
		t.Errorf("moved: got %v, want the new address", err)
	}
	if err := calls(t, servers, "prometheus+https://"+host+"/old"); err != nil || len(heard) != 1 || heard[0].Get("Authorization") != "Bearer tok" {
		t.Errorf("inside the server: got %v and heard %v, want it followed", err, heard)
	}
}

// Credentials do not cross the network in clear unless that is allowed.
func TestServers_InClear(t *testing.T) {
	const host = "metrics.invalid" // which no call is made to
	for settings, clear := range map[string]bool{
		"authorization: {credentials: tok}":                           false,
		"basic_auth: {username: me, password: p}":                     false,
		"bearer_token: tok":                                           false,
		"sigv4: {region: r}":                                          false,
		"http_headers: {X-Api-Key: {values: [k]}}":                    false,
		"http_headers: {X-Scope-OrgID: {secrets: [team]}}":            false,
		"http_headers: {X-Scope-OrgID: {values: [team]}}":             true,
		"authorization: {credentials: tok}\n  allow_http: true":       true,
		"basic_auth: {username: me, password: p}\n  allow_http: true": true,
	} {
		servers, err := configured(t, "servers:\n- host: "+host+"\n  "+settings+"\n", nil)
		if err != nil {
			t.Fatal(err)
		}
		err = calls(t, servers, "prometheus://"+host+"/")
		if got := err == nil || !strings.Contains(err.Error(), "in clear"); got != clear {
			t.Errorf("%s: got %v, want it to be called: %v", settings, err, clear)
		}
	}
}

// What is wrong with the file is said before anything is called.
func TestServers_Wrong(t *testing.T) {
	for text, says := range map[string]string{
		"servers:\n- host: https://a.example\n":                                                                 `host "https://a.example": write a host`,
		"servers:\n- basic_auth: {username: me, password: p}\n":                                                 `host "": write a host`,
		"servers:\n- host: a\n  basicauth: {username: me}\n":                                                    "basicauth",
		"servers:\n- host: a\n- host: A\n":                                                                      "is there twice",
		"servers:\n- host: a\n  tls_config: {ca_file: none.pem}\n":                                              "none.pem",
		"servers:\n- host: a\n  tls_config: {cert_file: none.pem, key_file: none.key}\n":                        "none.pem",
		"servers:\n- host: a\n  sigv4: {region: r}\n  basic_auth: {username: me, password: p}\n":                "leave one",
		"servers:\n- host: a\n  basic_auth: {username: me, password: p}\n  authorization: {credentials: tok}\n": "at most one of",
		"servers:\n- host: a\n  oauth2: {client_id: c, client_secret: s, token_url: 'https://b/'}\n":            "oauth2 is not supported",
		"servers:\n- host: a\n  http_headers: {Authorization: {values: [tok]}}\n":                               "Authorization",
	} {
		if _, err := configured(t, text, nil); !errors.Is(err, capacity.ErrBadPolicy) || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: got %v, want %v that says %q", text, err, capacity.ErrBadPolicy, says)
		}
	}
	if _, err := prometheus.ReadServers("/no/such/file"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want that there is no such file", err)
	}
}
