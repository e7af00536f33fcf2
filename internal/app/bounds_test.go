package app

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"headroom/capacity"
	"headroom/internal/bounds"
)

// TestTargets_Bounds: a target is opened only within the bounds, and is not called beyond
// them.
func TestTargets_Bounds(t *testing.T) {
	called := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		called++
		_, _ = w.Write([]byte(`{"units": 4, "serving": 4}`))
	}))
	defer server.Close()
	for entries, refused := range map[string]bool{"sim://": true, "http://127.0.0.1": false} {
		b, err := bounds.FromEnvironment(func(variable string) (string, bool) { return entries, variable == "HEADROOM_TARGETS" })
		if err != nil {
			t.Fatal(err)
		}
		before := called
		target, err := targets(Settings{Bounds: b}, nil)(capacity.TargetName(server.URL+"/pools"), time.Now)
		if err == nil {
			_, err = target.State(t.Context())
		}
		if errors.Is(err, capacity.ErrRefused) != refused || (called == before) != refused {
			t.Errorf("%s: got %v and %d calls, want it refused: %v", entries, err, called-before, refused)
		}
	}
}
