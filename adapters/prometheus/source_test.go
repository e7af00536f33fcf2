package prometheus_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"headroom/adapters/prometheus"
	"headroom/capacity"
)

var day = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// answering is a server that gives one answer to every query.
func answering(t *testing.T, status int, body string) (address string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	return "prometheus://" + strings.TrimPrefix(s.URL, "http://") + "/"
}

func matrix(series ...string) string {
	return `{"status":"success","data":{"resultType":"matrix","result":[` + strings.Join(series, ",") + `]}}`
}

func TestSource_Refusals(t *testing.T) {
	const one = `{"metric":{"pod":"a"},"values":[[1772409600,"1"]]}`
	for name, c := range map[string]struct {
		status int
		body   string
		is     error
		says   []string
	}{
		"syntax":      {400, `{"status":"error","errorType":"bad_data","error":"parse error: unexpected end of input"}`, capacity.ErrBadPolicy, []string{"unexpected end of input", "demand.value"}},
		"execution":   {422, `{"status":"error","errorType":"execution","error":"many-to-many matching"}`, capacity.ErrBadPolicy, []string{"many-to-many", "demand.value"}},
		"two series":  {200, matrix(one, strings.ReplaceAll(one, `"a"`, `"b"`)), capacity.ErrBadPolicy, []string{"2 series", `{pod="a"}`, "sum(...)"}},
		"no series":   {200, matrix(), capacity.ErrNoData, []string{"no series", "2026-03-02T00:00:00Z", "demand.value"}},
		"negative":    {200, matrix(strings.ReplaceAll(one, `"1"`, `"-1"`)), capacity.ErrBadData, []string{"2026-03-01T23:00:00Z", "negative"}},
		"infinite":    {200, matrix(strings.ReplaceAll(one, `"1"`, `"+Inf"`)), capacity.ErrNoData, []string{"no measurement"}},
		"no token":    {401, "", capacity.ErrAccess, []string{"HEADROOM_PROMETHEUS_HOST", "HEADROOM_PROMETHEUS_TOKEN", "401"}},
		"wrong token": {403, "", capacity.ErrAccess, []string{"HEADROOM_PROMETHEUS_TOKEN", "403"}},
		"wrong path":  {404, "404 page not found", capacity.ErrNotFound, []string{"demand.source"}},
		"a web site":  {200, "<html>hello</html>", capacity.ErrBadData, []string{"demand.source"}},
		"too much":    {200, matrix(strings.Repeat(one+",", 400_000) + one), capacity.ErrBadPolicy, []string{"16 MiB", "sum(...)"}},
		"partial":     {200, strings.Replace(matrix(one), `"status"`, `"warnings":["store gateway 3 did not answer"],"status"`, 1), nil, []string{"store gateway 3", "missing"}},
		"overloaded":  {503, `{"status":"error","errorType":"timeout","error":"query timed out"}`, nil, []string{"503"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := capacity.Demand{Source: answering(t, c.status, c.body), Value: "sum(rate(x[$step]))", Step: time.Hour}
			_, err := prometheus.Source{}.Fetch(t.Context(), d, day, day.Add(24*time.Hour))
			if err == nil || c.is != nil && !errors.Is(err, c.is) {
				t.Fatalf("got %v, want %v", err, c.is)
			}
			if c.is == nil && (errors.Is(err, capacity.ErrBadPolicy) || errors.Is(err, capacity.ErrBadData) || errors.Is(err, capacity.ErrNoData)) {
				t.Errorf("%v is for good, but it may pass", err)
			}
			for _, text := range append(c.says, d.Value, d.Source) {
				if !strings.Contains(err.Error(), text) {
					t.Errorf("%v does not say %q", err, text)
				}
			}
		})
	}
}

// What is asked is the policy's query, for the ends of whole steps that are over.
func TestSource_Asks(t *testing.T) {
	var asked http.Request
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		asked = *r
		_, _ = io.WriteString(w, matrix(`{"metric":{},"values":[[1772411100,"3"],[1772411400,"NaN"]]}`))
	}))
	t.Cleanup(s.Close)
	source := prometheus.Source{Servers: signedIn(t, prometheus.Bearer(strings.TrimPrefix(s.URL, "http://"), "secret", "team-a")), Now: func() time.Time { return day.Add(32 * time.Minute) }}
	d := capacity.Demand{Source: strings.Replace(s.URL, "http", "prometheus", 1) + "/prefix/", Value: "increase(x[$step]) / $step", Step: 5 * time.Minute, Window: time.Hour}
	table, err := source.Fetch(t.Context(), d, day.Add(2*time.Minute), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	defer table.Release()
	for key, want := range map[string]string{
		"query": "increase(x[5m]) / 5m", "step": "300",
		"start": "1772410200", // 00:10, the end of the first step after 00:02
		"end":   "1772411400", // 00:30, the end of the last step before 00:32
	} {
		if got := asked.Form.Get(key); got != want {
			t.Errorf("asked for %s %q, want %q", key, got, want)
		}
	}
	if got := asked.URL.Path; got != "/prefix/api/v1/query_range" {
		t.Errorf("asked at %q", got)
	}
	if asked.Header.Get("Authorization") != "Bearer secret" || asked.Header.Get("X-Scope-OrgID") != "team-a" {
		t.Errorf("asked with headers %v", asked.Header)
	}
	if table.Rows() != 1 || table.Summary().Counts.Empty != 1 || table.Value(0) != 3 || !table.Time(0).Equal(day.Add(20*time.Minute)) {
		t.Errorf("got %d rows, the first %v at %s, and %+v", table.Rows(), table.Value(0), table.Time(0), table.Summary())
	}
}

func TestSource_Addresses(t *testing.T) {
	source := prometheus.Source{Servers: signedIn(t, prometheus.Bearer("metrics.example", "secret", ""))}
	for address, says := range map[string]string{
		"prometheus://":                     "prometheus://host:9090/",
		"http://host:9090/":                 "prometheus://host:9090/",
		"prometheus://host:9090/?query=up":  "prometheus://host:9090/",
		"prometheus://me:secret@host:9090/": "prometheus://host:9090/",
		"prometheus://metrics.example/":     "in clear",
	} {
		d := capacity.Demand{Source: address, Value: "up", Step: time.Hour}
		_, err := source.Fetch(t.Context(), d, day, day.Add(time.Hour))
		if !errors.Is(err, capacity.ErrBadPolicy) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v, want %v that says %q", address, err, capacity.ErrBadPolicy, says)
		}
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("%v tells the password", err)
		}
	}
}
