package fleet

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"headroom/activities/failure"
	"headroom/activities/lookback"
	"headroom/activities/records"
	"headroom/capacity"
	"headroom/pipeline"
)

// ChunkInput names a chunk of a fleet, and the time for which it is worked on.
type ChunkInput struct {
	Kind  Kind
	Run   string
	Chunk int
	Clock capacity.Clock
	Now   time.Time // on that clock
	// Draft: nothing is planned yet, but worked out what each service would cost
	// with more or fewer units of its quotas, or money of its budget.
	Draft   bool           `json:",omitempty"`
	Budgets []SharedBudget `json:",omitempty"`
	// Window is what to look back at; zero: the last whole week.
	Window capacity.Window `json:",omitzero"`
}

// history is the time of which a service's history is wanted.
func (in ChunkInput) history(p capacity.Policy) capacity.Window {
	if in.Kind == Regret {
		return in.lookBack(p).Period()
	}
	return capacity.Window{From: in.Now.Add(-p.Demand.Window), To: in.Now}
}

// lookBack is what to look back at, of one service.
func (in ChunkInput) lookBack(p capacity.Policy) lookback.RegretInput {
	return lookback.RegretInput{Policy: p, Now: in.Now, Window: in.Window}
}

// ChunkResult is how many services were worked on, and of how many that failed.
type ChunkResult struct {
	Services, Failed int
}

// A Entry is what came of one service.
type Entry struct {
	Service   string
	Verdict   string // promoted, kept, what became of its plan, compared, left out, or failed
	Model     string `json:",omitempty"`
	Plan      string `json:",omitempty"` // the ID of its plan
	Retrained bool   `json:",omitempty"` // early, because demand has drifted
	Why       string `json:",omitempty"` // it failed, was left out, or kept its champion in a promotion freeze
	// What a look back came to.
	Regret *RegretEntry `json:",omitempty"`
}

// The verdicts on a service that could not be worked on, and on one that is only
// drafted.
const (
	failed  = "failed"
	drafted = "drafted"
)

// chunkProgress is what a chunk's heartbeats carry: what is done, and how often
// the next service was tried.
type chunkProgress struct {
	Done   []Entry
	Drafts []pipeline.Draft `json:",omitempty"`
	Tries  int
}

// A service whose trouble may pass is tried so often before it counts as failed,
// and may take so long.
const (
	mostTries = 4
	mostTime  = 10 * time.Minute
)

// Chunk works on the services of a chunk one after the other, and goes on after
// those that a lost worker had done. What is wrong with one service never stops
// the others: it is its entry. The only errors are the store's and the context's,
// and, for a few tries, one of a service that may pass.
func (a *Fleet) Chunk(ctx context.Context, in ChunkInput) (out ChunkResult, err error) {
	defer failure.Cross(&err)
	defer records.Tell(a.Records, &in, &out, &err)
	var services []service
	if err := a.Records.ReadJSON(ctx, chunkKey(in.Kind, in.Run, "services", in.Chunk), &services); err != nil {
		return out, err
	}
	var progress chunkProgress
	if activity.HasHeartbeatDetails(ctx) {
		if err := activity.GetHeartbeatDetails(ctx, &progress); err != nil {
			return out, fmt.Errorf("read how far chunk %d was: %w", in.Chunk, err)
		}
	}
	g := gatherer{activities: a, services: services, window: in.history, columns: in.Kind == Plan}
	defer g.release()
	dead := -1 // the group of services whose source is given up
	for len(progress.Done) < len(services) {
		i := len(progress.Done)
		var got gathering
		if services[i].Refused == "" {
			got = g.get(ctx, i)
		}
		entry, draft, err := a.one(ctx, in, services[i], got)
		switch {
		case ctx.Err() != nil:
			return out, ctx.Err()
		case err != nil && !failure.Lasting(err) && progress.Tries < mostTries && (got.Err == nil || dead != g.first):
			progress.Tries++
			activity.RecordHeartbeat(ctx, progress)
			return out, fmt.Errorf("%s %s: %w", in.Kind, services[i].Policy.Service, err)
		case err != nil:
			entry = Entry{Service: services[i].Policy.Service, Verdict: failed, Why: err.Error()}
			if got.Err != nil {
				dead = g.first // who shares it need not try again
			}
		}
		if entry.Verdict == failed && services[i].Refused == "" && !in.Draft {
			if err := a.witnessFailed(ctx, in, services[i].Policy, entry.Why); err != nil {
				return out, err
			}
		}
		progress = chunkProgress{Done: append(progress.Done, entry), Drafts: append(progress.Drafts, draft...)}
		activity.RecordHeartbeat(ctx, progress)
	}
	for _, entry := range progress.Done {
		out.Services++
		if entry.Verdict == failed {
			out.Failed++
		}
	}
	if in.Draft {
		_, err = a.Records.WriteJSON(ctx, chunkKey(in.Kind, in.Run, "drafts", in.Chunk), progress.Drafts)
		return out, err
	}
	_, err = a.Records.WriteJSON(ctx, chunkKey(in.Kind, in.Run, "entries", in.Chunk), progress.Done)
	return out, err
}

// witnessFailed records that a service of a fleet could not be planned or retrained. Of one
// that is refused, the refusal is on record, and nothing else.
func (a *Fleet) witnessFailed(ctx context.Context, in ChunkInput, p capacity.Policy, why string) error {
	what := records.FailedPlan
	switch in.Kind {
	case Plan:
	case Retrain:
		what = records.FailedRetrain
	case Regret:
		return nil // nothing rests on it
	}
	r := records.FailedRecord(what, in.Run, "", why, in.Now)
	r.Service = p.Service
	return a.Records.Append(ctx, r, p.Notify, a.Records.Notices(r)...)
}

// one works on one service. A model that breaks down is that service's failure.
func (a *Fleet) one(ctx context.Context, in ChunkInput, s service, got gathering) (entry Entry, draft []pipeline.Draft, err error) {
	p := s.Policy
	defer func() {
		if broke := recover(); broke != nil {
			entry, err = Entry{Service: p.Service, Verdict: failed, Why: fmt.Sprintf("it broke down: %v", broke)}, nil
			draft = nil
		}
	}()
	switch {
	case s.Refused != "":
		return Entry{Service: p.Service, Verdict: failed, Why: s.Refused}, nil, nil
	case got.Err != nil:
		return entry, nil, got.Err
	}
	ctx, cancel := context.WithTimeout(ctx, mostTime)
	defer cancel()
	switch {
	case in.Kind == Retrain:
		entry, err = a.retrainOne(ctx, p, in.Now, got.Got)
	case in.Draft:
		var d pipeline.Draft
		d, err = a.draftOne(ctx, in, s, got)
		entry, draft = Entry{Service: p.Service, Verdict: drafted}, []pipeline.Draft{d}
	case in.Kind == Regret:
		entry, err = a.regretOne(ctx, in, p, got.Got)
	default:
		entry, err = a.planOne(ctx, in, s, got)
	}
	return entry, draft, err
}
