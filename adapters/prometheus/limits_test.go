package prometheus_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"headroom/adapters/prometheus"
	"headroom/capacity"
)

// limiting is a server that answers ranges of at most so many steps with the
// number of the step since 1970, and longer ones with an error.
func limiting(t *testing.T, most, status int, body string) (address string, asked *[]int) {
	t.Helper()
	asked = new([]int)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var at [3]int // start, end, step
		for i, name := range []string{"start", "end", "step"} {
			var err error
			if at[i], err = strconv.Atoi(r.FormValue(name)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		steps := (at[1]-at[0])/at[2] + 1
		*asked = append(*asked, steps)
		if steps > most {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
			return
		}
		var values []string
		for second := at[0]; second <= at[1]; second += at[2] {
			values = append(values, fmt.Sprintf(`[%d,"%d"]`, second, second/at[2]))
		}
		_, _ = io.WriteString(w, matrix(`{"metric":{},"values":[`+strings.Join(values, ",")+`]}`))
	}))
	t.Cleanup(s.Close)
	return "prometheus://" + strings.TrimPrefix(s.URL, "http://") + "/", asked
}

// What servers say where a query is over one of their limits.
var limits = map[string]struct {
	status int
	body   string
}{
	"samples":               {422, `{"status":"error","errorType":"execution","error":"query processing would load too many samples into memory in query execution"}`},
	"points":                {400, `{"status":"error","errorType":"bad_data","error":"exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)"}`},
	"time":                  {503, `{"status":"error","errorType":"timeout","error":"query timed out in expression evaluation"}`},
	"time, as execution":    {422, `{"status":"error","errorType":"execution","error":"context deadline exceeded"}`},
	"gateway":               {504, `<html>504 Gateway Time-out</html>`},
	"size":                  {413, `Request Entity Too Large`},
	"Thanos samples":        {422, `{"status":"error","errorType":"execution","error":"expanding series: proxy Series(): rpc error: code = ResourceExhausted desc = exceeded samples limit: limit 500 violated (got 501)"}`},
	"Thanos chunks":         {500, `{"status":"error","errorType":"internal","error":"rpc error: exceeded series limit: limit 10 violated (got 12)"}`},
	"Mimir chunks":          {422, `{"status":"error","errorType":"execution","error":"the query exceeded the maximum number of chunks (limit: 2000000 chunks) (err-mimir-max-chunks-per-query)"}`},
	"Mimir length":          {422, `{"status":"error","errorType":"bad_data","error":"the query time range exceeds the limit (query length: 721h, limit: 720h) (err-mimir-max-query-length)"}`},
	"Cortex chunks":         {422, `{"status":"error","errorType":"execution","error":"the query hit the max number of chunks limit (limit: 2000000 chunks)"}`},
	"VictoriaMetrics":       {422, `{"status":"error","errorType":"422","error":"cannot select more than -search.maxSamplesPerQuery=1000 samples; possible solutions: increase the -search.maxSamplesPerQuery"}`},
	"VictoriaMetrics point": {422, `{"status":"error","errorType":"422","error":"too many points for the given step=60: 40000; the maximum number of points is 30000"}`},
	"VictoriaMetrics time":  {503, `{"status":"error","errorType":"503","error":"timeout exceeded during query execution: 30.000 seconds"}`},
}

// A range that is over a limit is asked for in parts, and every step is there
// once.
func TestSource_SplitsAtLimits(t *testing.T) {
	const steps = 26 * 60
	for name, c := range limits {
		for _, most := range []int{1, 7, 100, steps - 1} {
			t.Run(fmt.Sprint(name, ", ", most), func(t *testing.T) {
				address, asked := limiting(t, most, c.status, c.body)
				d := capacity.Demand{Source: address, Value: "x", Step: time.Minute}
				table, err := prometheus.Source{}.Fetch(t.Context(), d, day, day.Add(steps*time.Minute))
				if err != nil {
					t.Fatal(err)
				}
				defer table.Release()
				if table.Rows() != steps {
					t.Fatalf("got %d rows, want %d, after ranges of %v", table.Rows(), steps, *asked)
				}
				for i := range steps {
					at := day.Add(time.Duration(i) * time.Minute)
					if want := float64(at.Unix()/60 + 1); !table.Time(i).Equal(at) || table.Value(i) != want {
						t.Fatalf("row %d: got %v at %s, want %v at %s", i, table.Value(i), table.Time(i), want, at)
					}
				}
				if most > 1 && len(*asked) > 5*steps/most+10 {
					t.Errorf("asked %d times for ranges of at most %d steps", len(*asked), most)
				}
			})
		}
	}
}

// Where one step is over the limit, the remedy is another query.
func TestSource_OneStepOverLimit(t *testing.T) {
	for name, c := range limits {
		t.Run(name, func(t *testing.T) {
			address, asked := limiting(t, 0, c.status, c.body)
			d := capacity.Demand{Source: address, Value: "x", Step: time.Minute}
			_, err := prometheus.Source{}.Fetch(t.Context(), d, day, day.Add(28*24*time.Hour))
			if err == nil || !strings.Contains(err.Error(), "recording rule") {
				t.Errorf("got %v, want the remedy", err)
			}
			if passes := strings.Contains(strings.ToLower(name), "time") || name == "gateway"; errors.Is(err, capacity.ErrBadPolicy) == passes {
				t.Errorf("got %v, which is for good: %v, want %v", err, !passes, passes)
			}
			if len(*asked) > 10 {
				t.Errorf("asked %d times: %v", len(*asked), *asked)
			}
		})
	}
}

// Other errors are not cured by shorter ranges.
func TestSource_NoSplit(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
	}{
		"syntax":          {400, `{"status":"error","errorType":"bad_data","error":"unknown function with name \"timeout\""}`},
		"many to many":    {422, `{"status":"error","errorType":"execution","error":"many-to-many matching not allowed"}`},
		"many queries":    {429, `too many outstanding requests`},
		"another outage":  {503, `no healthy upstream`},
		"internal":        {500, `{"status":"error","errorType":"internal","error":"block is corrupt"}`},
		"rate of queries": {422, `{"status":"error","errorType":"execution","error":"the request has been rejected because the tenant exceeded the request rate limit"}`},
	} {
		address, asked := limiting(t, 0, c.status, c.body)
		d := capacity.Demand{Source: address, Value: "x", Step: time.Minute}
		if _, err := (prometheus.Source{}).Fetch(t.Context(), d, day, day.Add(24*time.Hour)); err == nil || len(*asked) != 1 {
			t.Errorf("%s: got %v after %d calls, want an error of the first", name, err, len(*asked))
		}
	}
}

// Infinite values are no measurements: the steps around them are read.
func TestSource_Infinite(t *testing.T) {
	for _, value := range []string{"+Inf", "-Inf", "NaN"} {
		d := capacity.Demand{Source: answering(t, 200, matrix(`{"metric":{},"values":[[1772413200,"3"],[1772416800,"`+value+`"],[1772420400,"5"]]}`)), Value: "x", Step: time.Hour}
		table, err := prometheus.Source{}.Fetch(t.Context(), d, day, day.Add(24*time.Hour))
		if err != nil {
			t.Fatalf("%s: %v", value, err)
		}
		if table.Rows() != 2 || table.Value(1) != 5 || table.Summary().Counts.Infinite+table.Summary().Counts.Empty != 1 {
			t.Errorf("%s: got %d rows and %+v, want 2 and one skipped", value, table.Rows(), table.Summary())
		}
		table.Release()
	}
}
