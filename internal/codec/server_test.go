package codec_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/encoding/protojson"

	"headroom/internal/codec"
)

const ui = "http://127.0.0.1:8233"

// TestServer opens what Temporal's own remote codec sends.
func TestServer(t *testing.T) {
	c := with(t, fresh)
	server := httptest.NewServer(codec.Server{Keys: c.Keys, Origins: []string{ui}}.Handler())
	defer server.Close()
	remote := converter.NewRemotePayloadCodec(converter.RemotePayloadCodecOptions{Endpoint: server.URL})
	got, err := remote.Decode(encode(t, c, plain("12345")))
	if err != nil || string(got[0].Data) != "12345" {
		t.Errorf("opened to %v, %v", got, err)
	}
	sealed, err := remote.Encode(plain("12345"))
	if err != nil || bytes.Contains(sealed[0].Data, []byte("12345")) {
		t.Errorf("sealed to %v, %v", sealed, err)
	}
}

func TestServer_Admits(t *testing.T) {
	c := with(t, fresh)
	body, err := protojson.Marshal(&commonpb.Payloads{Payloads: encode(t, c, plain("12345"))})
	if err != nil {
		t.Fatal(err)
	}
	handler := codec.Server{Keys: c.Keys, Origins: []string{ui}, Token: "t0ken"}.Handler()
	for _, test := range []struct {
		name, method, path, origin, token string
		status                            int
	}{
		{"the page's question before", "OPTIONS", "/decode", ui, "", http.StatusNoContent},
		{"the page", "POST", "/decode", ui, "Bearer t0ken", http.StatusOK},
		{"no page", "POST", "/decode", "", "Bearer t0ken", http.StatusOK},
		{"another page's question before", "OPTIONS", "/decode", "http://evil.example", "", http.StatusForbidden},
		{"another page", "POST", "/decode", "http://evil.example", "Bearer t0ken", http.StatusForbidden},
		{"another port", "POST", "/decode", ui + "4", "Bearer t0ken", http.StatusForbidden},
		{"no token", "POST", "/decode", ui, "", http.StatusUnauthorized},
		{"a wrong token", "POST", "/decode", ui, "Bearer token", http.StatusUnauthorized},
		{"another path", "POST", "/keys", ui, "Bearer t0ken", http.StatusNotFound},
		{"a read", "GET", "/decode", ui, "Bearer t0ken", http.StatusMethodNotAllowed},
		{"is it up?", "GET", "/healthz", "", "", http.StatusOK},
	} {
		r := httptest.NewRequest(test.method, test.path, bytes.NewReader(body))
		r.Header.Set("Origin", test.origin)
		r.Header.Set("Authorization", test.token)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		said, err := io.ReadAll(w.Result().Body)
		if err != nil {
			t.Fatal(err)
		}
		if w.Code != test.status {
			t.Errorf("%s: got status %d (%s), want %d", test.name, w.Code, said, test.status)
		}
		opened := strings.Contains(string(said), "MTIzNDU=") // 12345, as JSON has bytes
		if opened != (test.status == http.StatusOK && test.method == "POST") {
			t.Errorf("%s: got %s", test.name, said)
		}
		allowed := w.Header().Get("Access-Control-Allow-Origin")
		if (allowed == ui) != (test.origin == ui && strings.HasPrefix(test.path, "/decode") && test.method != "GET") || (allowed != "" && allowed != ui) {
			t.Errorf("%s: pages of %q may read the answer", test.name, allowed)
		}
	}
}

// TestServer_AtOnce: while eight requests are answered, the next is told to come again, so
// that nobody fills the memory of the server with requests that are under way.
func TestServer_AtOnce(t *testing.T) {
	server := httptest.NewServer(codec.Server{}.Handler())
	defer server.Close()
	var all sync.WaitGroup
	var ends []*io.PipeWriter
	finish := func() {
		for _, end := range ends {
			_ = end.Close()
		}
		all.Wait()
	}
	defer finish()
	for range 8 {
		read, write := io.Pipe()
		ends = append(ends, write)
		all.Go(func() {
			response, err := http.Post(server.URL+"/decode", "application/json", read) //nolint:noctx // it ends with the pipe
			if err == nil {
				_ = response.Body.Close()
			}
		})
		if _, err := write.Write([]byte("{")); err != nil { // it is read once the request is under way
			t.Fatal(err)
		}
	}
	status := func() int {
		response, err := http.Post(server.URL+"/decode", "application/json", strings.NewReader("{}")) //nolint:noctx // it is answered at once
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		return response.StatusCode
	}
	deadline := time.Now().Add(20 * time.Second)
	for status() != http.StatusTooManyRequests && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
	}
	if got := status(); got != http.StatusTooManyRequests {
		t.Errorf("the ninth request got %d, want %d", got, http.StatusTooManyRequests)
	}
	finish()
	if got := status(); got == http.StatusTooManyRequests {
		t.Errorf("once they are answered a request still gets %d", got)
	}
}
