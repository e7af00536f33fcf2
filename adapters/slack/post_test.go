package slack_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"headroom/adapters/slack"
	"headroom/capacity"
)

var notice = capacity.Notice{
	Service: "chat", Kind: capacity.NoticeFailed, Text: "3 → 5 units failed: <none> & none left",
	At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Plan: "3f2a", Audit: strings.Repeat("ab", 32),
}

// TestPost: what is sent is an object with a text, in which Slack's three control
// characters are escaped as its documentation says ("Formatting text for app
// surfaces").
func TestPost(t *testing.T) {
	var got map[string]string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil || r.Header.Get("Content-Type") != "application/json" {
			http.Error(w, "invalid_payload", http.StatusBadRequest)
		}
	}))
	defer server.Close()
	if err := (slack.Webhook{URL: server.URL + "/secret"}).Post(t.Context(), notice); err != nil {
		t.Fatal(err)
	}
	want := "*chat* · failed: 3 → 5 units failed: &lt;none&gt; &amp; none left\nplan 3f2a · 2026-03-01T12:00:00Z · audit abababababab"
	if len(got) != 1 || got["text"] != want {
		t.Errorf("got %q, want only the text %q", got, want)
	}
}

// TestPost_Refused: what will pass is tried again, what will not is said to be so,
// and the URL, which is the secret, is in no message.
func TestPost_Refused(t *testing.T) {
	for status, never := range map[int]bool{
		http.StatusNotFound: true, http.StatusForbidden: true, http.StatusBadRequest: true, http.StatusGone: true, http.StatusFound: true,
		http.StatusTooManyRequests: false, http.StatusInternalServerError: false, http.StatusServiceUnavailable: false,
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", "/secret-elsewhere")
				http.Error(w, "no_service", status)
			}))
			defer server.Close()
			check(t, slack.Webhook{URL: server.URL + "/secret"}.Post(t.Context(), notice), never)
		})
	}
	t.Run("nobody there", func(t *testing.T) {
		check(t, slack.Webhook{URL: "http://127.0.0.1:1/secret"}.Post(t.Context(), notice), false)
	})
	t.Run("no URL", func(t *testing.T) { check(t, slack.Webhook{URL: "http://a b/secret"}.Post(t.Context(), notice), true) })
}

func check(t *testing.T, err error, never bool) {
	t.Helper()
	switch {
	case err == nil:
		t.Error("got no error")
	case errors.Is(err, capacity.ErrBadPolicy) != never:
		t.Errorf("got %v; that it will never be taken is %v", err, never)
	case strings.Contains(err.Error(), "secret"), strings.Contains(err.Error(), "no_service"):
		t.Errorf("the message tells the URL or the answer: %v", err)
	}
}
