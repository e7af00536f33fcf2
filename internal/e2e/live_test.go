package e2e_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"headroom/adapters/aws"
	"headroom/capacity"
	"headroom/controller"
	"headroom/executor"
	"headroom/internal/devstack"
	"headroom/workflows"
)

// A meter is a server of metrics with one load, a wave of a day.
type meter struct {
	mu    sync.Mutex
	asked int // queries
}

func (m *meter) queries() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.asked
}

// askLabels are the labels by which queries that are sent together are told apart.
var askLabels = regexp.MustCompile(`"headroom_ask", "(\d+)"`)

// ServeHTTP implements [http.Handler] for query_range.
func (m *meter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	number := func(key string) float64 {
		v, _ := strconv.ParseFloat(r.FormValue(key), 64) // a time is a number, and 0 makes no answer
		return v
	}
	m.asked++
	start, end, step := number("start"), number("end"), number("step")
	var values [][2]any
	for at := start; step > 0 && at <= end; at += step {
		values = append(values, [2]any{at, strconv.FormatFloat(100+50*math.Sin(at/86400*2*math.Pi), 'f', 3, 64)})
	}
	labels := []map[string]string{{}}
	if found := askLabels.FindAllStringSubmatch(r.FormValue("query"), -1); found != nil {
		labels = nil
		for _, one := range found {
			labels = append(labels, map[string]string{"headroom_ask": one[1]})
		}
	}
	var result []any
	for _, metric := range labels {
		result = append(result, map[string]any{"metric": metric, "values": values})
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"status": "success", "data": map[string]any{"resultType": "matrix", "result": result}}) // the client sees what is cut off
}

// measured makes the site's policy one whose load a server of metrics has, and whose
// controller acts.
func (s *site) measured(t *testing.T, m *meter) {
	t.Helper()
	server := httptest.NewServer(m)
	t.Cleanup(server.Close)
	host := strings.TrimPrefix(server.URL, "http://")
	s.env = append(s.env, "HEADROOM_SOURCES=s3://,prometheus://"+host)
	p := &s.policy
	p.Demand = capacity.Demand{Source: "prometheus://" + host + "/", Value: "load", Aggregate: capacity.Mean, Step: 5 * time.Minute, Timezone: "UTC", Window: 4 * 24 * time.Hour}
	p.Forecast, p.Events = capacity.Outlook{Horizon: 3 * time.Hour}, nil
	pool := &p.Pools[0]
	pool.Target, pool.LeadTime, pool.UnitRate, pool.Min, pool.Max, pool.Ramp = "sim://chat?leadTime=1s&units=12", time.Second, 10, 1, 80, capacity.Ramp{}
	p.Control = capacity.Control{Mode: capacity.Auto, Live: capacity.LiveAuto, Approval: capacity.Approval{Above: capacity.NoUnits}}
	if fault := p.LiveFault(p.Control.Live); fault != "" {
		t.Fatal(fault)
	}
}

// asksLive waits until the controller of an epoch has asked for so many units.
func (s *site) asksLive(t *testing.T, epoch int, units capacity.Units) {
	t.Helper()
	prefix := fmt.Sprintf("live/%s/%d/", s.policy.Service, epoch)
	eventually(t, fmt.Sprintf("the controller of epoch %d asks for %d units", epoch, units), func() bool {
		_, log := s.ledger(t)
		return len(log) > 0 && strings.HasPrefix(log[len(log)-1].Action, prefix) && log[len(log)-1].To == units
	})
}

// TestLive: from the plan on, the controller asks the target, within what its envelope says,
// also after the worker was killed or has stopped, and while Temporal is away. With the bucket away
// nothing is asked for. Unchanged decisions leave no event in Temporal.
func TestLive(t *testing.T) {
	needServers(t)
	s, m := newSite(t), &meter{}
	s.measured(t, m)
	worker := s.startWorker(t, devstack.Bucket)
	if err := s.start(t, workflows.PlanID(s.policy.Service), workflows.Plan, workflows.PlanInput{Service: s.forced(t, s.policy)}).Get(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	shard := controller.ShardOf(s.policy.Service)
	eventually(t, "a controller has decided", func() bool { return s.decided(t).Fresh(time.Now()) }) // until then the conductor does
	s.override(t, "o1", 20)
	s.asksLive(t, 1, 20)
	events := s.length(t, workflows.LiveID(shard))

	worker.kill(t)
	worker = s.startWorker(t, devstack.Bucket)
	s.override(t, "o2", 30)
	s.asksLive(t, 2, 30)

	worker.stop(t)
	if lease := s.lease(t); !lease.Released || lease.Epoch != 2 {
		t.Errorf("the worker that stopped leaves %+v, want its lease released", lease)
	}
	s.startWorker(t, devstack.Bucket)
	s.override(t, "o3", 40)
	s.asksLive(t, 3, 40)
	if now := s.length(t, workflows.LiveID(shard)); now > events+6 {
		t.Errorf("the history has %d events, and had %d: want none for decisions", now, events)
	}

	if err := s.stack.Temporal.Kill(); err != nil {
		t.Fatal(err)
	}
	s.allow(t, 50)
	s.asksLive(t, 3, 50)
	if err := s.stack.Temporal.Start(t.Context()); err != nil { // another attempt takes the lease
		t.Fatal(err)
	}

	if err := s.stack.S3.Kill(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(controller.Ends) // from here on no call may be under way
	calls, _ := s.ledger(t)
	before := m.queries()
	eventually(t, "the load is read again and again", func() bool { return m.queries() >= before+2 })
	if now, log := s.ledger(t); now != calls {
		t.Errorf("with the bucket away the target was asked: %+v", log[len(log)-1])
	}
	if err := s.stack.S3.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.allow(t, 60)
	eventually(t, "the controller asks again", func() bool {
		_, log := s.ledger(t)
		return log[len(log)-1].To == 60 && strings.HasPrefix(log[len(log)-1].Action, "live/")
	})
}

// lease is that of the shard of the site's service; zero: there is none.
func (s *site) lease(t *testing.T) (l controller.Lease) {
	t.Helper()
	s.known(t, controller.LeaseKey(controller.ShardOf(s.policy.Service)), &l)
	return l
}

// decided is what the controller is known to have decided last; zero: nothing.
func (s *site) decided(t *testing.T) (d controller.Status) {
	t.Helper()
	s.known(t, controller.StatusKey(s.policy.Service), &d)
	return d
}

// known reads an object in JSON, if it is there.
func (s *site) known(t *testing.T, key string, v any) {
	t.Helper()
	s.object(t, key, func(data []byte) ([]byte, error) {
		if data == nil {
			return nil, nil
		}
		return nil, json.Unmarshal(data, v)
	})
}

// allow has the controller ask for exactly so many units, by the envelope alone.
func (s *site) allow(t *testing.T, units capacity.Units) {
	t.Helper()
	s.object(t, controller.EnvelopeKey(s.policy.Service), func(data []byte) ([]byte, error) {
		e, err := controller.DecodeEnvelope(data)
		if err != nil {
			return nil, err
		}
		e.Number, e.Made = e.Number+1, e.Made.Add(time.Second)
		e.Least.Units, e.Most.Units = units, units
		return controller.EncodeEnvelope(e)
	})
}

// object reads an object of the site's bucket, and replaces it unless the result is nil.
func (s *site) object(t *testing.T, key string, change func([]byte) ([]byte, error)) {
	t.Helper()
	store := aws.Store{Client: s.s3, Bucket: devstack.Bucket}
	for {
		data, version, err := store.Get(t.Context(), key)
		if errors.Is(err, capacity.ErrNotFound) {
			data, err = nil, nil
		}
		var next []byte
		if err == nil {
			next, err = change(data)
		}
		if err == nil && next != nil {
			err = store.Swap(t.Context(), key, next, version)
		}
		if err == nil {
			return
		}
		if !errors.Is(err, capacity.ErrConflict) {
			t.Fatal(err)
		}
	}
}

// override has a person order exactly so many units.
func (s *site) override(t *testing.T, id string, units capacity.Units) {
	t.Helper()
	now := time.Now()
	s.tell(t, workflows.ExecuteID(s.policy.Service), executor.OverrideOrder, capacity.Override{
		ID: id, Units: units, From: now.Add(-time.Minute), Until: now.Add(time.Hour), By: "ann", Why: "a test",
	})
}

// length is how many events a workflow's history has.
func (s *site) length(t *testing.T, id string) int64 {
	t.Helper()
	d, err := s.temporal.DescribeWorkflowExecution(t.Context(), id, "")
	if err != nil {
		t.Fatal(err)
	}
	return d.GetWorkflowExecutionInfo().GetHistoryLength()
}
