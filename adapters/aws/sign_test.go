package aws_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"headroom/adapters/aws"
	"headroom/capacity"
)

// roundTripper is a function that answers calls.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// The signature is that of the service, the region, the time and the body, which
// arrives whole.
func TestSigner(t *testing.T) {
	for name, value := range map[string]string{"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "AWS_SESSION_TOKEN": "", "AWS_REGION": "", "AWS_DEFAULT_REGION": "", "AWS_PROFILE": "", "AWS_CONFIG_FILE": "/dev/null"} {
		t.Setenv(name, value)
	}
	call := func(s aws.Signer, body string) http.Header {
		t.Helper()
		var heard *http.Request
		server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if data, err := io.ReadAll(r.Body); err != nil || string(data) != body {
				t.Errorf("got the body %q, %v, want %q", data, err, body)
			}
			heard = r
		}))
		defer server.Close()
		// The name is what is signed; the address of the test server differs each time.
		through, err := s.Through(t.Context(), roundTripper(func(r *http.Request) (*http.Response, error) {
			r.URL.Host = strings.TrimPrefix(server.URL, "http://")
			return http.DefaultTransport.RoundTrip(r)
		}))
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://aps.example/workspaces/ws-1/api/v1/query_range", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := through.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if r.Header.Get("Authorization") != "" {
			t.Error("the call that was handed in has changed")
		}
		return heard.Header
	}
	noon := func() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) }
	s := aws.Signer{Service: "aps", Region: "eu-west-1", Now: noon}
	first := call(s, "query=up")
	if got := first.Get("Authorization"); !strings.HasPrefix(got, "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260302/eu-west-1/aps/aws4_request, SignedHeaders=") {
		t.Errorf("got Authorization %q", got)
	}
	if got := first.Get("X-Amz-Date"); got != "20260302T120000Z" {
		t.Errorf("got X-Amz-Date %q", got)
	}
	if again := call(s, "query=up"); again.Get("Authorization") != first.Get("Authorization") {
		t.Errorf("got %q for the same call, want %q", again.Get("Authorization"), first.Get("Authorization"))
	}
	other := s
	other.Region = "us-east-1"
	for name, got := range map[string]http.Header{"body": call(s, "query=down"), "region": call(other, "query=up")} {
		if got.Get("Authorization") == first.Get("Authorization") {
			t.Errorf("another %s has the same signature", name)
		}
	}
	_, err := aws.Signer{Service: "aps"}.Through(t.Context(), nil)
	wantError(t, err, capacity.ErrBadPolicy, "region")
}
