package fleet

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"headroom/activities/failure"
	"headroom/activities/lookback"
	"headroom/capacity"
	"headroom/regret"
)

// A LostChunk is a chunk that was given up, and why.
type LostChunk struct {
	Chunk int
	Why   string
}

// SummariseInput names a run over a fleet whose chunks are done or lost.
type SummariseInput struct {
	Kind   Kind
	Run    string
	Chunks int
	Now    time.Time
	Lost   []LostChunk
	Shared ShareResult // how quotas and budgets were shared out
}

// A Summary is what came of a fleet, service by service. It is stored as
// "summary.json" of the run.
type Summary struct {
	Kind     Kind
	Run      string
	Now      time.Time // for which it was worked on
	Verdicts map[string]int
	Shared   ShareResult `json:",omitzero"`
	// Tally is what a look back came to, of all services that were compared.
	Tally    *regret.Tally `json:",omitempty"`
	Failures []Entry       // of services, by their names
	Services []Entry       // all others, by their names
}

// SummariseResult is a summary in short: it names the first failures, and the
// rest is where Summary says.
type SummariseResult struct {
	Summary  capacity.Ref
	Services int
	Failed   int
	Verdicts map[string]int
	Failures []Entry     // the first 20
	Shared   ShareResult `json:",omitzero"`
	// Tally is what a look back came to, of all services that were compared.
	Tally *regret.Tally `json:",omitempty"`
	Story string        // all of it in Markdown
}

// shown is how many failures are named in a result.
const shown = 20

// Summarise gathers what came of all services. A service of a lost chunk has
// failed, and so has one of a chunk that nobody can read.
func (a *Fleet) Summarise(ctx context.Context, in SummariseInput) (out SummariseResult, err error) {
	defer failure.Cross(&err)
	s := Summary{Kind: in.Kind, Run: in.Run, Now: in.Now, Verdicts: map[string]int{}, Shared: in.Shared}
	for chunk := range in.Chunks {
		entries, err := a.entries(ctx, in, chunk)
		if err != nil {
			return out, err
		}
		for _, entry := range entries {
			s.Verdicts[entry.Verdict]++
			s.Tally = entry.addTo(s.Tally)
			if entry.Verdict == failed {
				s.Failures = append(s.Failures, entry)
			} else {
				s.Services = append(s.Services, entry)
			}
		}
	}
	byName := func(x, y Entry) int { return strings.Compare(x.Service, y.Service) }
	slices.SortFunc(s.Failures, byName)
	slices.SortFunc(s.Services, byName)
	out = SummariseResult{Services: len(s.Services) + len(s.Failures), Failed: len(s.Failures), Verdicts: s.Verdicts, Failures: s.Failures[:min(shown, len(s.Failures))], Shared: in.Shared, Tally: s.Tally}
	out.Summary, err = a.Records.WriteJSON(ctx, capacity.FleetKey(string(in.Kind), in.Run, "summary.json"), s)
	out.Story = out.markdown()
	return out, err
}

// entries is what came of one chunk.
func (a *Fleet) entries(ctx context.Context, in SummariseInput, chunk int) ([]Entry, error) {
	lost := slices.IndexFunc(in.Lost, func(l LostChunk) bool { return l.Chunk == chunk })
	if lost < 0 {
		var entries []Entry
		return entries, a.Records.ReadJSON(ctx, chunkKey(in.Kind, in.Run, "entries", chunk), &entries)
	}
	var services []service
	err := a.Records.ReadJSON(ctx, chunkKey(in.Kind, in.Run, "services", chunk), &services)
	if err != nil && !errors.Is(err, capacity.ErrNotFound) {
		return nil, err
	}
	var entries []Entry
	for _, s := range services {
		entries = append(entries, Entry{Service: s.Policy.Service, Verdict: failed, Why: fmt.Sprintf("its chunk %d was given up: %s", chunk, in.Lost[lost].Why)})
	}
	return entries, nil
}

// markdown is what the Temporal UI tells of a result.
func (r SummariseResult) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:", capacity.Count(r.Services, "service"))
	names := make([]string, 0, len(r.Verdicts))
	for verdict := range r.Verdicts {
		names = append(names, verdict)
	}
	slices.Sort(names)
	for i, verdict := range names {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, " %d %s", r.Verdicts[verdict], verdict)
	}
	fmt.Fprintf(&b, ".\n\nAll of it: `%s`", r.Summary.Key)
	if r.Tally != nil {
		fmt.Fprintf(&b, "\n\n%s", lookback.Markdown(*r.Tally))
	}
	for _, s := range r.Shared.Sentences() {
		fmt.Fprintf(&b, "\n\n- %s", s)
	}
	for _, f := range r.Failures {
		fmt.Fprintf(&b, "\n\n- **%s**: %s", f.Service, f.Why)
	}
	if more := r.Failed - len(r.Failures); more > 0 {
		fmt.Fprintf(&b, "\n\nand %d more", more)
	}
	return b.String()
}
