package e2e_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.temporal.io/sdk/converter"

	"headroom/activities/fleet"
	"headroom/adapters/aws"
	"headroom/capacity"
	"headroom/internal/devstack"
	"headroom/workflows"
)

// fleet uploads 28 days of load at steps of 5 minutes for so many services, each
// in a place of its own, and stores the list of them.
func (s *site) fleetOf(t testing.TB, n int) ([]capacity.Policy, capacity.Ref) {
	t.Helper()
	const days, steps = 28, 28 * 288
	s.policy.Demand.Step, s.policy.Demand.Window = 5*time.Minute, days*24*time.Hour
	s.policy.Forecast.Horizon = 48 * time.Hour
	s.origin = time.Date(2026, 3, 29, 0, 0, 0, 0, time.UTC)
	policies := make([]capacity.Policy, n)
	var all sync.WaitGroup
	free := make(chan struct{}, 4)
	for i := range policies {
		p := s.policy
		p.Service = fmt.Sprintf("service-%04d", i)
		p.Demand.Source = "s3://" + devstack.HistoryBucket + "/" + p.Service + "/"
		p.Control.Mode = capacity.Propose
		p.Pools = slices.Clone(p.Pools)
		p.Pools[0].Target = capacity.TargetName("sim://" + p.Service + "?leadTime=4m&units=12")
		policies[i] = p
		free <- struct{}{}
		all.Go(func() {
			defer func() { <-free }()
			data := load(uint64(i), s.origin.Add(-days*24*time.Hour), 5*time.Minute, steps)
			if err := s.s3.Upload(t.Context(), devstack.HistoryBucket, p.Service+"/load.csv.gz", data); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	data, err := json.Marshal(s.members(t, policies))
	if err != nil {
		t.Fatal(err)
	}
	list, err := aws.Store{Client: s.s3, Bucket: devstack.Bucket}.Put(t.Context(), capacity.FleetListKey(capacity.RefTo("", data).SHA256), data)
	if err != nil {
		t.Fatal(err)
	}
	return policies, list
}

// load is a service's requests: a day and a week of its own, and noise that
// lasts.
func load(seed uint64, from time.Time, step time.Duration, steps int) []byte {
	rng := rand.New(rand.NewPCG(seed, 1))
	var packed bytes.Buffer
	csv := gzip.NewWriter(&packed)
	fmt.Fprintln(csv, "timestamp,requests,idle")
	level, daily, weekly, phase, noise := 50*math.Exp(2*rng.Float64()), 0.3+0.5*rng.Float64(), 0.2*rng.Float64(), rng.Float64(), 0.0
	for i := range steps {
		noise = 0.8*noise + 0.05*rng.NormFloat64()
		days := (time.Duration(i) * step).Hours() / 24
		day := math.Sin(2 * math.Pi * (days + phase))
		week := math.Sin(2 * math.Pi * days / 7)
		fmt.Fprintf(csv, "%s,%.0f,0\n", from.Add(time.Duration(i)*step).Format(time.RFC3339), step.Seconds()*level*max(0, 1+daily*day+weekly*week+noise))
	}
	_ = csv.Close() // into memory
	return packed.Bytes()
}

// members are services whose policies are put in force.
func (s *site) members(t testing.TB, policies []capacity.Policy) (list fleet.List) {
	t.Helper()
	for _, p := range policies {
		list.Services = append(list.Services, fleet.Member{Service: s.forced(t, p)})
	}
	return list
}

// TestFleet_SurvivesWorker kills the worker in the middle of a chunk: what was
// done is not done again, all else is, and what fails is named.
func TestFleet_SurvivesWorker(t *testing.T) {
	needServers(t)
	s := newSite(t)
	worker := s.startWorker(t, devstack.Bucket)
	const services, chunk = 45, 15
	policies, _ := s.fleetOf(t, services)
	policies[7].Demand.Value = "cost" // there is no such column
	data, err := json.Marshal(s.members(t, policies))
	if err != nil {
		t.Fatal(err)
	}
	list, err := aws.Store{Client: s.s3, Bucket: devstack.Bucket}.Put(t.Context(), "fleets/spoilt.json", data)
	if err != nil {
		t.Fatal(err)
	}
	id := workflows.FleetID(fleet.Retrain)
	run := s.start(t, id, workflows.Fleet, workflows.FleetState{Kind: fleet.Retrain, List: list, Clock: capacity.Replay(s.origin, 1), Chunk: chunk})

	// The heartbeats that the server has tell how far each chunk is.
	heard := func() (done map[string]int) {
		done = map[string]int{}
		for _, a := range s.pending(t, id) {
			var progress struct{ Done []fleet.Entry }
			if a.GetActivityType().GetName() == "Chunk" && converter.GetDefaultDataConverter().FromPayloads(a.GetHeartbeatDetails(), &progress) == nil && len(progress.Done) > 0 {
				done[a.GetActivityId()] = len(progress.Done)
			}
		}
		return done
	}
	eventually(t, "a chunk is in its middle", func() bool {
		for _, n := range heard() {
			if n < chunk {
				return true
			}
		}
		return false
	})
	worker.kill(t)
	before := heard()
	if len(before) == 0 {
		t.Fatal("the worker was killed too late: no chunk was interrupted")
	}
	s.startWorker(t, devstack.Bucket)
	for again := false; !again; {
		eventually(t, "an interrupted chunk is tried again", func() bool {
			for _, a := range s.pending(t, id) {
				again = again || a.GetAttempt() > 1 && before[a.GetActivityId()] > 0
			}
			return again
		})
	}
	// Whoever goes on never reports less than was done before.
	eventually(t, "the interrupted chunks get further", func() bool {
		further := true
		now := heard()
		for activity, n := range now {
			if n < before[activity] {
				t.Fatalf("after the kill a chunk was at %d services, it had been at %d", n, before[activity])
			}
			further = further && n > before[activity]
		}
		return further
	})
	var result fleet.SummariseResult
	if err := run.Get(t.Context(), &result); err != nil {
		t.Fatal(err)
	}
	if result.Services != services || result.Failed != 1 || len(result.Failures) != 1 || result.Failures[0].Service != "service-0007" || !strings.Contains(result.Failures[0].Why, `no column "cost"`) {
		t.Errorf("got %+v, want all services and one failure named", result)
	}
	for _, p := range policies {
		if p.Service != "service-0007" {
			s.read(t, devstack.Bucket, capacity.ChampionKey(p.Service), nil)
		}
	}
}
