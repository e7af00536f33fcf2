package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/adapters/webhook"
	"headroom/capacity"
	"headroom/capacity/capacitytest"
)

func TestTarget_Conformance(t *testing.T) {
	capacitytest.Target(t, func(t *testing.T) (capacity.Target, func()) {
		r := receive(t)
		return r.target(t), r.settle
	})
}

func TestTarget_Stopped(t *testing.T) {
	capacitytest.Stopped(t, func(t *testing.T) capacitytest.Stoppable {
		r := receive(t)
		return capacitytest.Stoppable{Target: r.target(t), Stop: func(reason string) {
			r.answer = func(w http.ResponseWriter, request *http.Request) bool {
				if request.Method == http.MethodPut {
					http.Error(w, reason, http.StatusLocked)
				}
				return request.Method == http.MethodPut
			}
		}, Resume: func() { r.answer = nil }}
	})
}

func TestScale_Request(t *testing.T) {
	r := receive(t)
	a := capacity.Action{ID: "3f2a/web/2026-03-02T12:00Z", Units: 5, From: 2, At: noon, Why: "p95 > 4 units & more"}
	if err := r.target(t).Scale(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	want := []put{{Key: a.ID, Body: map[string]any{
		"id": a.ID, "target": r.url, "units": 5.0, "from": 2.0, "at": "2026-03-02T12:00:00Z", "why": a.Why,
	}}}
	if diff := cmp.Diff(want, r.puts); diff != "" {
		t.Errorf("orders (-want +got):\n%s", diff)
	}
}

func TestState_Answers(t *testing.T) {
	for _, test := range []struct {
		answer string
		want   capacity.State
		err    error
	}{
		{answer: `{"units": 4, "serving": 3}`, want: capacity.State{Units: 4, Serving: 3}},
		{answer: `{"units": 4, "serving": 9, "floor": true, "zone": "a"}`, want: capacity.State{Units: 4, Serving: 9, Floor: true}},
		{answer: ``, err: capacity.ErrBadData},
		{answer: `null`, err: capacity.ErrBadData},
		{answer: `{"units": 4}`, err: capacity.ErrBadData},
		{answer: `{"units": 4, "serving": -1}`, err: capacity.ErrBadData},
		{answer: `{"units": 1.5, "serving": 1}`, err: capacity.ErrBadData},
		{answer: `<html>Sign in</html>`, err: capacity.ErrBadData},
		{answer: `{"units": 4, "serving": 3}` + strings.Repeat(" ", 64<<10), err: capacity.ErrBadData},
	} {
		t.Run(fmt.Sprintf("%.40s", test.answer), func(t *testing.T) {
			r := receive(t)
			r.answer = func(w http.ResponseWriter, _ *http.Request) bool {
				fmt.Fprint(w, test.answer)
				return true
			}
			got, err := r.target(t).State(t.Context())
			if got != test.want || !errors.Is(err, test.err) {
				t.Errorf("got %+v, %v, want %+v, %v", got, err, test.want, test.err)
			}
			if err != nil && strings.Contains(err.Error(), "Sign in") {
				t.Errorf("%v quotes the answer", err)
			}
		})
	}
}

func TestScale_Refusals(t *testing.T) {
	plain := errors.New("any other error")
	for status, want := range map[int]error{
		200: nil, 202: nil, 204: nil,
		301: capacity.ErrNoSuchTarget,
		401: capacity.ErrAccess, 403: capacity.ErrAccess,
		404: capacity.ErrNoSuchTarget, 410: capacity.ErrNoSuchTarget,
		409: capacity.ErrConflict,
		408: capacity.ErrTargetBusy, 425: capacity.ErrTargetBusy, 429: capacity.ErrTargetBusy, 503: capacity.ErrTargetBusy,
		422: capacity.ErrOutOfBounds,
		423: capacity.ErrStopped,
		507: capacity.ErrNoCapacity,
		400: plain, 500: plain, 502: plain,
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			r := receive(t)
			r.answer = func(w http.ResponseWriter, request *http.Request) bool {
				if request.Method == http.MethodGet {
					return false
				}
				w.Header().Set("Retry-After", "30")
				w.WriteHeader(status)
				r.units = 3
				return true
			}
			err := r.target(t).Scale(t.Context(), capacity.Action{ID: "a", Units: 3})
			switch {
			case want == nil && err != nil, want != nil && err == nil:
				t.Fatalf("got %v, want %v", err, want)
			case want == plain: //nolint:errorlint // it stands for no sentinel
				for _, known := range []error{capacity.ErrAccess, capacity.ErrBadData, capacity.ErrTargetBusy, capacity.ErrNoSuchTarget} {
					if errors.Is(err, known) {
						t.Errorf("got %v, want no sentinel", err)
					}
				}
			case want != nil && !errors.Is(err, want):
				t.Errorf("got %v, want %v", err, want)
			}
			if err != nil && !strings.Contains(err.Error(), `retry after "30"`) {
				t.Errorf("got %v, want to hear of Retry-After", err)
			}
		})
	}
}

func TestScale_NotKept(t *testing.T) {
	r := receive(t)
	r.answer = func(_ http.ResponseWriter, request *http.Request) bool { return request.Method == http.MethodPut }
	if err := r.target(t).Scale(t.Context(), capacity.Action{ID: "a", Units: 9}); !errors.Is(err, capacity.ErrConflict) {
		t.Errorf("got %v, want %v: it answered 200 and changed nothing", err, capacity.ErrConflict)
	}
}

func TestScale_WrongSecret(t *testing.T) {
	r := receive(t)
	for name, c := range map[string]webhook.Caller{
		"another": {Secret: []byte("guessed"), Now: func() time.Time { return noon }},
		"none":    {},
		"late":    {Secret: secret, Now: func() time.Time { return noon.Add(6 * time.Minute) }},
	} {
		t.Run(name, func(t *testing.T) {
			err := target(t, c, r.url).Scale(t.Context(), capacity.Action{ID: "a", Units: 3})
			if !errors.Is(err, capacity.ErrAccess) || len(r.puts) > 0 {
				t.Errorf("got %v and orders %v, want %v and none", err, r.puts, capacity.ErrAccess)
			}
		})
	}
}

func TestTarget_Redirects(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("%s %s arrived at another host", r.Method, r.URL)
	}))
	t.Cleanup(elsewhere.Close)
	for _, test := range []struct {
		name, to string
		status   int
		err      error
	}{
		{name: "same host, method kept", to: "/moved", status: http.StatusPermanentRedirect},
		{name: "same host, PUT becomes GET", to: "/moved", status: http.StatusSeeOther, err: capacity.ErrNoSuchTarget},
		{name: "round and round", to: "/pools/web", status: http.StatusPermanentRedirect, err: capacity.ErrNoSuchTarget},
		{name: "another host", to: elsewhere.URL, status: http.StatusPermanentRedirect, err: capacity.ErrNoSuchTarget},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := receive(t)
			r.answer = func(w http.ResponseWriter, request *http.Request) bool {
				if request.URL.Path == "/moved" {
					return false
				}
				http.Redirect(w, request, test.to, test.status)
				return true
			}
			if err := r.target(t).Scale(t.Context(), capacity.Action{ID: "a", Units: 4}); !errors.Is(err, test.err) {
				t.Errorf("got %v, want %v", err, test.err)
			}
		})
	}
}

func TestTarget_NoAnswer(t *testing.T) {
	r := receive(t)
	r.answer = func(_ http.ResponseWriter, request *http.Request) bool {
		<-request.Context().Done()
		return true
	}
	c := webhook.Caller{Secret: secret, Now: func() time.Time { return noon }, Timeout: time.Millisecond}
	if _, err := target(t, c, r.url).State(t.Context()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.target(t).State(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v, want %v", err, context.Canceled)
	}
}

func TestCaller_BadNames(t *testing.T) {
	for _, name := range []capacity.TargetName{"", "web", "sim://web", "https://", "https:///path", "https://:80/", "https://u:p@host/", "https://host/#a", "http://ho st/"} {
		t.Run(string(name), func(t *testing.T) {
			_, err := webhook.Caller{}.Target(name)
			if !errors.Is(err, capacity.ErrNoSuchTarget) {
				t.Errorf("got %v, want %v", err, capacity.ErrNoSuchTarget)
			}
			if strings.Contains(fmt.Sprint(err), "u:p") {
				t.Errorf("%v tells the password", err)
			}
		})
	}
}

func FuzzCaller_Target(f *testing.F) {
	for _, name := range []string{"https://host/path", "http://[::1]:8080/a?b=c", "https://u:p@h/", "https://%31/"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		target, err := webhook.Caller{}.Target(capacity.TargetName(name))
		if (target == nil) == (err == nil) || err != nil && !errors.Is(err, capacity.ErrNoSuchTarget) {
			t.Errorf("target %q: got %v, %v", name, target, err)
		}
	})
}
