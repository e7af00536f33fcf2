package workflows

import (
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"headroom/activities/fleet"
	"headroom/activities/policies"
	"headroom/capacity"
	"headroom/internal/signedcalls"
)

// FleetState is what a run over a fleet begins with, and continues as new with.
type FleetState struct {
	Caller
	Kind  fleet.Kind
	List  capacity.Ref // the services
	Clock capacity.Clock
	Chunk int // services of a chunk; zero: 50
	Width int // chunks at a time; zero: 64, more than a worker takes at once
	// Quotas and Budgets are shared out before anything is planned.
	Quotas  []fleet.Quota        `json:",omitempty"`
	Budgets []fleet.SharedBudget `json:",omitempty"`
	// Window is what to look back at; zero: the last whole week.
	Window capacity.Window `json:",omitzero"`

	Who      capacity.Identity `json:",omitzero"` // who has started it, once that is known
	Run      string            // names the run in the store; the workflow fills in all from here on
	Now      time.Time         // for which it works, on the clock
	Services int
	Chunks   int
	Next     int // the first chunk that is not begun
	Done     int // services
	Failed   int // of these
	Lost     []fleet.LostChunk
	Drafting bool              // what services would cost is worked out first
	Shared   fleet.ShareResult `json:",omitzero"`
}

// What a fleet's run does if it is not told otherwise.
const (
	usualChunk = 50
	usualWidth = 64
)

// Fleet retrains, plans or looks back at all services of a list, in chunks. What
// goes wrong with one service, or with a chunk, never stops the others, and is
// named in the summary.
func Fleet(ctx workflow.Context, s FleetState) (fleet.SummariseResult, error) {
	var out fleet.SummariseResult
	if !continued(ctx) { // what a caller says of how far it is does not count
		s = FleetState{Caller: s.Caller, Kind: s.Kind, List: s.List, Clock: s.Clock, Chunk: s.Chunk, Width: s.Width, Quotas: s.Quotas, Budgets: s.Budgets, Window: s.Window}
	}
	if err := workflow.SetQueryHandler(ctx, StatusQuery, func() (FleetState, error) { return s, nil }); err != nil {
		return out, err
	}
	if !slices.Contains(fleet.Kinds(), s.Kind) {
		return out, temporal.NewNonRetryableApplicationError(fmt.Sprintf("there is no run over a fleet of kind %.80q", s.Kind), "Refused", nil)
	}
	if s.Run == "" {
		if err := s.begin(ctx); err != nil {
			return out, err
		}
	}
	for again := true; again; {
		if more := s.chunks(ctx); more {
			return out, workflow.NewContinueAsNewError(ctx, Fleet, s)
		}
		var err error
		if again, err = s.share(ctx); err != nil {
			return out, err
		}
	}
	out, err := do(remote(ctx, "summarise all services"), a.Summarise, fleet.SummariseInput{Kind: s.Kind, Run: s.Run, Chunks: s.Chunks, Now: s.Now, Lost: s.Lost, Shared: s.Shared})
	if err != nil {
		return out, err
	}
	return out, stage(ctx, fleetService, "done", out.Story)
}

// fleetService stands for all services where a run says whom it is about.
const fleetService = "fleet"

// begin divides the services into chunks.
func (s *FleetState) begin(ctx workflow.Context) error {
	s.Now = s.Clock.Now(workflow.Now(ctx))
	s.Run = fmt.Sprintf("%s-%.8s", s.Now.UTC().Format("20060102T150405Z"), workflow.GetInfo(ctx).WorkflowExecution.RunID)
	text, err := s.identify(ctx)
	if err != nil {
		return err
	}
	if s.Chunk == 0 {
		s.Chunk = usualChunk
	}
	if s.Width == 0 {
		s.Width = usualWidth
	}
	divided, err := do(remote(ctx, "divide the services into chunks"), a.Divide, fleet.DivideInput{Kind: s.Kind, Run: s.Run, List: s.List, Chunk: s.Chunk, Who: s.Who})
	if err != nil {
		return err
	}
	started(ctx, capacity.AllServices, s.Who.Name, text, s.Now)
	s.Services, s.Chunks = divided.Services, divided.Chunks
	s.Drafting = s.Kind == fleet.Plan && len(s.Quotas)+len(s.Budgets) > 0
	return stage(ctx, fleetService, string(s.Kind), s.story())
}

// identify finds out who has started the run, and says what they want. Whether they may is
// asked for each service, by its own policy.
func (s *FleetState) identify(ctx workflow.Context) (text string, err error) {
	order, text := *s, fmt.Sprintf("%s a fleet", s.Kind)
	order.Caller, order.Now, order.Run = Caller{}, time.Time{}, ""
	who, err := do(remote(ctx, "find out who asks for it"), a.Identify, policies.AdmitInput{
		ID: workflow.GetInfo(ctx).WorkflowExecution.RunID, Service: capacity.AllServices, At: s.Now, By: s.By, Token: s.Token,
		Start: FleetID(s.Kind), Order: order, Wish: capacity.Wish{Permission: capacity.MayPlan}, Text: text,
	})
	if err != nil {
		return text, err
	}
	s.Who, s.Caller = who, Caller{}
	return text, nil
}

// share shares quotas and budgets out once all drafts are made, and reports that the
// chunks are to be gone through again, to plan.
func (s *FleetState) share(ctx workflow.Context) (again bool, err error) {
	if !s.Drafting || ctx.Err() != nil {
		return false, ctx.Err()
	}
	s.Shared, err = do(watch(ctx, "divide quotas and budgets among the services", time.Hour), a.Share, fleet.ShareInput{Kind: s.Kind, Run: s.Run, Chunks: s.Chunks, Now: s.Now, Quotas: s.Quotas, Budgets: s.Budgets})
	s.Drafting, s.Next, s.Done, s.Failed, s.Lost = false, 0, 0, 0, nil
	return true, err
}

// chunks works on all chunks, so many at a time, or until the history gets long:
// then it waits for what is begun, and reports that there is more.
func (s *FleetState) chunks(ctx workflow.Context) (more bool) {
	ended := workflow.NewSelector(ctx)
	for running := 0; ; running-- {
		for full := workflow.GetInfo(ctx).GetContinueAsNewSuggested(); s.Next < s.Chunks && running < s.Width && !full && ctx.Err() == nil; running++ {
			ended.AddFuture(s.chunk(ctx, s.Next))
			s.Next++
		}
		if running == 0 {
			return s.Next < s.Chunks && ctx.Err() == nil
		}
		ended.Select(ctx)
		workflow.SetCurrentDetails(ctx, s.story())
	}
}

// chunk begins a chunk, and counts what comes of it.
func (s *FleetState) chunk(ctx workflow.Context, n int) (workflow.Future, func(workflow.Future)) {
	in := fleet.ChunkInput{Kind: s.Kind, Run: s.Run, Chunk: n, Clock: s.Clock, Now: s.Now, Draft: s.Drafting, Window: s.Window}
	if s.Drafting {
		in.Budgets = s.Budgets
	}
	summary := fmt.Sprintf("%s chunk %d of %d", s.Kind, n+1, s.Chunks)
	return workflow.ExecuteActivity(batch(ctx, summary), a.Chunk, in), func(f workflow.Future) {
		var result fleet.ChunkResult
		if err := signedcalls.Result(ctx, f, &result); err != nil {
			s.Lost = append(s.Lost, fleet.LostChunk{Chunk: n, Why: err.Error()})
			return
		}
		s.Done += result.Services
		s.Failed += result.Failed
	}
}

// story is how far the run is, in Markdown.
func (s *FleetState) story() string {
	story := fmt.Sprintf("%s: %d of %d services are done, %d of them failed.", s.Kind, s.Done, s.Services, s.Failed)
	for _, lost := range s.Lost {
		story = fmt.Sprintf("%s\n\n- chunk %d was given up: %s", story, lost.Chunk, lost.Why)
	}
	return story
}
