package e2e_test

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"headroom/activities/fleet"
	"headroom/adapters/aws"
	"headroom/capacity"
	"headroom/executor"
	"headroom/internal/devstack"
	"headroom/pipeline"
	"headroom/workflows"
)

var (
	soakDays     = flag.Int("soak", 0, "how many simulated days services are planned every hour; 0: the test is left out")
	soakServices = flag.Int("soak-services", 20, "how many services they are")
	soakSpeed    = flag.Float64("soak-speed", 1500, "how much faster than the wall their clock runs")
)

const (
	// warnEvents and warnBytes are the length and the size of a history from which on a
	// Temporal server warns.
	warnEvents, warnBytes = 10 * 1024, 10 << 20
	// growth and slack bound the memory of the worker: its peak in the last third of the
	// days may be this much more than that of the middle third.
	growth, slack = 1.25, 16
)

// A soak is services that are planned every hour for days.
type soak struct {
	*site
	services []capacity.Policy
	list     capacity.Ref   // of them
	clock    capacity.Clock // that all of them are carried out by
	worker   *process

	mu    sync.Mutex
	first map[string]string // the first run of each service
}

// TestSoak has a fleet of services planned every hour, on top of a reactive floor, for
// simulated days, by one worker. At the end of each day every service must be carried out still:
// its run is the first one or what that continued as, it follows a plan of the last
// hours, and its target is asked for what that plan and the floor say. No history may
// come to the length or size at which a server warns, and the worker's memory must have
// stopped growing.
func TestSoak(t *testing.T) {
	if *soakDays == 0 {
		t.Skip("not part of make test: run make soak")
	}
	needServers(t)
	s := &soak{site: newSite(t), first: map[string]string{}}
	s.prepare(t)
	begun := time.Now()
	s.worker = s.startWorker(t, devstack.Bucket)
	if err := s.run(t.Context(), fleet.Retrain, capacity.Replay(s.origin, 1)); err != nil {
		t.Fatal(err)
	}
	trained := time.Since(begun)
	s.clock = capacity.Replay(s.origin, *soakSpeed).Started(time.Now())

	peaks := make([]int, *soakDays+1)
	measured := make(chan struct{})
	over, stop := context.WithCancel(t.Context())
	go func() {
		defer close(measured)
		s.watch(over, peaks)
	}()
	var all sync.WaitGroup
	for day := 1; day <= *soakDays; day++ {
		all.Go(func() { s.checkDay(t, day) })
	}
	planned := s.planHours(t)
	all.Wait()
	stop()
	<-measured
	s.checkMemory(t, peaks)
	t.Logf("%d services, %d days at %v times the speed of the wall: trained in %v, planned in %d of %d hours, in %v", len(s.services), *soakDays, *soakSpeed,
		trained.Round(time.Second), planned, *soakDays*24, time.Since(s.clock.Since).Round(time.Second))
	s.reportRuns(t)
	s.reportObjects(t)
}

// prepare makes the policies, and uploads load for two weeks before the first day and
// for all days.
func (s *soak) prepare(t *testing.T) {
	t.Helper()
	const before = 14
	s.origin = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	for i := range *soakServices {
		p := s.policy
		p.Service = fmt.Sprintf("service-%02d", i)
		p.Demand = capacity.Demand{
			Source: "s3://" + devstack.HistoryBucket + "/" + p.Service + "/", Time: "timestamp", Value: "requests",
			Aggregate: capacity.Sum, Step: time.Hour, Timezone: "UTC", Window: before * 24 * time.Hour,
		}
		p.Forecast.Horizon = 24 * time.Hour
		p.Control = capacity.Control{Mode: capacity.Auto, Floor: capacity.Floor{Dynamic: 0.8}}
		p.Pools = slices.Clone(p.Pools)
		pool := &p.Pools[0]
		pool.Target = capacity.TargetName("sim://" + p.Service + "?leadTime=4m&units=5")
		pool.LeadTime, pool.UnitRate, pool.Min, pool.Max, pool.Ramp = 8*time.Minute, 60, 1, 400, capacity.Ramp{}
		s.services = append(s.services, p)
	}
	s.each(func(p capacity.Policy) {
		seed := uint64(slices.IndexFunc(s.services, func(q capacity.Policy) bool { return q.Service == p.Service }))
		data := load(seed, s.origin.Add(-before*24*time.Hour), time.Hour, (before+*soakDays+1)*24)
		if err := s.s3.Upload(t.Context(), devstack.HistoryBucket, p.Service+"/load.csv.gz", data); err != nil {
			t.Error(err)
		}
	})
	data, err := json.Marshal(s.members(t, s.services))
	if err == nil {
		s.list, err = aws.Store{Client: s.s3, Bucket: devstack.Bucket}.Put(t.Context(), capacity.FleetListKey(capacity.RefTo("", data).SHA256), data)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// each does something for all services at once.
func (s *soak) each(do func(capacity.Policy)) {
	var all sync.WaitGroup
	for _, p := range s.services {
		all.Go(func() { do(p) })
	}
	all.Wait()
}

// planHours has all services planned at the beginning of every hour, and returns how
// often. An hour that is over when the run before it ends is left out, as a schedule
// does that skips what overlaps.
func (s *soak) planHours(t *testing.T) (planned int) {
	t.Helper()
	for hour := range *soakDays * 24 {
		at := s.origin.Add(time.Duration(hour) * time.Hour)
		if s.until(t.Context(), at) != nil {
			return planned
		}
		if s.now().After(at.Add(time.Hour)) {
			continue
		}
		if err := s.run(t.Context(), fleet.Plan, s.clock); err != nil {
			t.Errorf("the plans of hour %d: %v", hour, err)
		}
		planned++
	}
	return planned
}

// run retrains or plans all services in one run.
func (s *soak) run(ctx context.Context, kind fleet.Kind, clock capacity.Clock) error {
	in := workflows.FleetState{Kind: kind, List: s.list, Clock: clock, Chunk: 5}
	run, err := s.temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: workflows.FleetID(kind), TaskQueue: workflows.Queue}, workflows.Fleet, in)
	if err != nil {
		return err
	}
	var result fleet.SummariseResult
	if err := run.Get(ctx, &result); err != nil {
		return err
	}
	if result.Services != len(s.services) || result.Failed > 0 {
		return fmt.Errorf("%d of %d services failed, want none of %d: %+v", result.Failed, result.Services, len(s.services), result.Failures)
	}
	return nil
}

// until waits until the clock shows a time.
func (s *soak) until(ctx context.Context, at time.Time) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(s.clock.Wall(at.Sub(s.now()))):
		return nil
	}
}

// now is what the clock shows.
func (s *soak) now() time.Time { return s.clock.Now(time.Now()) }

// checkDay looks from the end of a day on at every service until it is carried out as it
// should be. It fails for what is not before the day after has ended.
func (s *soak) checkDay(t *testing.T, day int) {
	end := s.origin.Add(time.Duration(day) * 24 * time.Hour)
	if s.until(t.Context(), end.Add(-30*time.Minute)) != nil {
		return
	}
	s.each(func(p capacity.Policy) {
		for {
			err := s.follows(t.Context(), p)
			if err == nil || t.Context().Err() != nil {
				return
			}
			if s.now().After(end.Add(24 * time.Hour)) {
				t.Errorf("%s has stopped acting by the end of day %d: %v", p.Service, day, err)
				return
			}
			time.Sleep(time.Second)
		}
	})
}

// fresh is how old the plan may be that a service follows.
const fresh = 4 * time.Hour

// follows returns nil if the run of a service is under way, and its target is asked for
// what a recent plan and the floor say for the time that the clock shows.
func (s *soak) follows(ctx context.Context, p capacity.Policy) error {
	id := workflows.ExecuteID(p.Service)
	d, err := s.temporal.DescribeWorkflowExecution(ctx, id, "")
	if err != nil {
		return err
	}
	info := d.GetWorkflowExecutionInfo()
	if info.GetStatus() != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING {
		return fmt.Errorf("its run is %s", info.GetStatus())
	}
	s.mu.Lock()
	first := cmp.Or(s.first[p.Service], info.GetFirstRunId())
	s.first[p.Service] = first
	s.mu.Unlock()
	if first != info.GetFirstRunId() {
		return fmt.Errorf("its first run %s has ended, and another one began with %s", first, info.GetFirstRunId())
	}
	var state executor.Status
	value, err := s.temporal.QueryWorkflow(ctx, id, "", workflows.StatusQuery)
	if err == nil {
		err = value.Get(&state)
	}
	if err != nil {
		return err
	}
	now := s.now()
	if age := now.Sub(state.Plan.Now); age > fresh {
		return fmt.Errorf("at %s it follows the plan %s, which is %v old", now.Format(time.RFC3339), state.Plan.ID, age)
	}
	var stored pipeline.StoredPlan
	data, _, err := aws.Store{Client: s.s3, Bucket: devstack.Bucket}.Get(ctx, state.Plan.Ref.Key)
	if err == nil {
		err = json.Unmarshal(data, &stored)
	}
	if err != nil {
		return err
	}
	planned := stored.Plan.Pools[0].Steps[0].Units
	for i, a := range stored.Plan.Actions {
		if i == 0 {
			planned = a.From
		}
		if !a.At.After(now) {
			planned = a.Units
		}
	}
	b, _ := s.bookOf(p.Service)
	if want := max(planned, state.Floor.Units); b.Asked != want {
		return fmt.Errorf("at %s its target is asked for %d, and the plan %s says %d and the floor %d", now.Format(time.RFC3339), b.Asked, state.Plan.ID, planned, state.Floor.Units)
	}
	return nil
}

// watch notes the most memory that the worker has on each day.
func (s *soak) watch(ctx context.Context, peaks []int) {
	for ; ctx.Err() == nil; time.Sleep(200 * time.Millisecond) {
		day := min(int(s.now().Sub(s.origin).Hours()/24)+1, len(peaks)-1)
		peaks[day] = max(peaks[day], resident(s.worker.command.Process.Pid))
	}
}

// checkMemory tells the memory of the worker, and whether it has stopped growing.
func (s *soak) checkMemory(t *testing.T, peaks []int) {
	t.Helper()
	third := *soakDays / 3
	t.Logf("the worker's memory, the most of day 1, %d and %d: %d, %d, %d MiB; of all days: %v", third, *soakDays, peaks[1], peaks[max(third, 1)], peaks[*soakDays], peaks[1:])
	if third == 0 {
		return
	}
	middle, last := slices.Max(peaks[third+1:2*third+1]), slices.Max(peaks[2*third+1:])
	if most := int(growth*float64(middle)) + slack; last > most {
		t.Errorf("the worker's memory grows: %d MiB in the last third of the days, want at most %d after %d in the middle third", last, most, middle)
	}
}

// tally is what was counted of one kind.
type tally struct {
	name    string
	n       int
	total   int64 // events of runs, bytes of objects
	longest int64 // events of one run
	largest int64 // bytes of one run's history
}

// tallies are sorted by name.
func tallies(of map[string]*tally) []*tally {
	return slices.SortedFunc(maps.Values(of), func(a, b *tally) int { return cmp.Compare(a.name, b.name) })
}

// reportRuns tells how many runs there were of each workflow and how long their
// histories are, and fails for one of which a server would warn.
func (s *soak) reportRuns(t *testing.T) {
	t.Helper()
	found := map[string]*tally{}
	all := &tally{name: "all"}
	var next []byte
	for first := true; first || len(next) > 0; first = false {
		page, err := s.temporal.ListWorkflow(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{PageSize: 1000, NextPageToken: next})
		if err != nil {
			t.Fatal(err)
		}
		next = page.GetNextPageToken()
		for _, e := range page.GetExecutions() {
			if e.GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING { // its length is not listed
				d, err := s.temporal.DescribeWorkflowExecution(t.Context(), e.GetExecution().GetWorkflowId(), e.GetExecution().GetRunId())
				if err != nil {
					t.Fatal(err)
				}
				e = d.GetWorkflowExecutionInfo()
			}
			kind := e.GetType().GetName()
			if found[kind] == nil {
				found[kind] = &tally{name: kind}
			}
			for _, c := range []*tally{found[kind], all} {
				c.n, c.total = c.n+1, c.total+e.GetHistoryLength()
				c.longest, c.largest = max(c.longest, e.GetHistoryLength()), max(c.largest, e.GetHistorySizeBytes())
			}
		}
	}
	for _, c := range append(tallies(found), all) {
		t.Logf("runs: %s: %d with %d events, the longest with %d, the largest with %d bytes", c.name, c.n, c.total, c.longest, c.largest)
	}
	if all.longest > warnEvents || all.largest > warnBytes {
		t.Errorf("a history has %d events and one %d bytes: a server warns at %d and %d", all.longest, all.largest, warnEvents, warnBytes)
	}
}

// reportObjects tells how many objects there are in the bucket below each prefix, and
// how large they are.
func (s *soak) reportObjects(t *testing.T) {
	t.Helper()
	client := s3.New(s3.Options{
		BaseEndpoint: &s.stack.S3Endpoint, Region: "us-east-1", UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(s.stack.AccessKey, s.stack.SecretKey, ""),
	})
	bucket, found, all := devstack.Bucket, map[string]*tally{}, &tally{name: "all"}
	for pages := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: &bucket}); pages.HasMorePages(); {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range page.Contents {
			prefix, _, _ := strings.Cut(*o.Key, "/")
			if found[prefix] == nil {
				found[prefix] = &tally{name: prefix}
			}
			for _, c := range []*tally{found[prefix], all} {
				c.n, c.total = c.n+1, c.total+*o.Size
			}
		}
	}
	for _, c := range append(tallies(found), all) {
		t.Logf("objects: %s: %d, %d bytes", c.name, c.n, c.total)
	}
}
