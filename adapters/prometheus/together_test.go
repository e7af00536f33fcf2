package prometheus_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"headroom/adapters/prometheus"
	"headroom/capacity"
	"headroom/history"
)

// TestFetchTogether: the queries of many services are one call, and one that the server
// cannot carry out, or that gives several series, is no error of the others.
func TestFetchTogether(t *testing.T) {
	label := regexp.MustCompile(`label_replace\(\(\n(\S+)[^\n]*\n\), "headroom_ask", "(\d+)"`)
	calls := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls++
		query := r.FormValue("query")
		if strings.Contains(query, "broken") {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"status":"error","errorType":"bad_data","error":"parse error"}`)
			return
		}
		series := func(labels, value string) string {
			return fmt.Sprintf(`{"metric":{%s},"values":[[1772409660,"1"],[1772409720,%q]]}`, labels, value)
		}
		if !strings.Contains(query, "label_replace") {
			if strings.Contains(query, "several") {
				_, _ = io.WriteString(w, matrix(series(`"pod":"a"`, "1"), series(`"pod":"b"`, "1")))
				return
			}
			_, _ = io.WriteString(w, matrix(series("", strings.TrimLeft(query, "load"))))
			return
		}
		var all []string
		for _, m := range label.FindAllStringSubmatch(query, -1) {
			switch {
			case strings.HasPrefix(m[1], "several"):
				all = append(all, series(`"pod":"a","headroom_ask":"`+m[2]+`"`, "1"), series(`"pod":"b","headroom_ask":"`+m[2]+`"`, "1"))
			case strings.HasPrefix(m[1], "load"):
				all = append(all, series(`"headroom_ask":"`+m[2]+`"`, strings.TrimLeft(m[1], "load")))
			}
		}
		_, _ = io.WriteString(w, matrix(all...))
	}))
	t.Cleanup(s.Close)
	source := prometheus.Source{Now: func() time.Time { return day.Add(3 * time.Minute) }}
	asks := func(queries ...string) (all []history.Ask) {
		for _, q := range queries {
			d := capacity.Demand{Source: strings.Replace(s.URL, "http", "prometheus", 1), Value: q, Step: time.Minute}
			all = append(all, history.Ask{Demand: d, From: day, To: day.Add(3 * time.Minute)})
		}
		return all
	}
	var many []string
	for i := range 40 {
		many = append(many, fmt.Sprintf("load%d # a comment", i+1))
	}
	for i, got := range source.FetchTogether(t.Context(), asks(many...)) {
		if got.Err != nil || got.Table.Rows() != 2 || got.Table.Value(1) != float64(i+1) {
			t.Fatalf("%s: got %d rows, %v", many[i], got.Table.Rows(), got.Err)
		}
	}
	if calls != 1 {
		t.Errorf("40 services cost %d calls, want 1", calls)
	}
	got := source.FetchTogether(t.Context(), asks("load7", "broken", "load8", "several", "none", "load9"))
	for i, want := range map[int]float64{0: 7, 2: 8, 5: 9} {
		if got[i].Err != nil || got[i].Table.Value(1) != want {
			t.Errorf("query %d: got %v, want %v", i, got[i].Err, want)
		}
	}
	if !errors.Is(got[1].Err, capacity.ErrBadPolicy) || !errors.Is(got[3].Err, capacity.ErrBadPolicy) || !strings.Contains(got[3].Err.Error(), "2 series") || !errors.Is(got[4].Err, capacity.ErrNoData) {
		t.Errorf("got %v, %v and %v", got[1].Err, got[3].Err, got[4].Err)
	}
	s.Close()
	for _, got := range source.FetchTogether(t.Context(), asks("load1", "load2")) {
		if got.Err == nil || errors.Is(got.Err, capacity.ErrBadPolicy) {
			t.Errorf("a server that is away: got %v", got.Err)
		}
	}
}
