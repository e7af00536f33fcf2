package pruning

import (
	"context"
	"errors"
	"strings"
	"time"

	"go.temporal.io/sdk/activity"

	"headroom/activities/failure"
	"headroom/capacity"
)

// PruneInput names a run of pruning, and how far it has come.
type PruneInput struct {
	Run   string
	After string // the last service that is done; empty: none
	So    Pruned // what was removed before
}

// PruneResult is what was removed so far.
type PruneResult struct {
	After string // the last service that is done
	More  bool   // there may be more services
	So    Pruned
}

// atOnce is how many services one call prunes.
const atOnce = 50

// PruneServices prunes the next services, by their names. What goes wrong with one never
// stops the others: it is in the result. A service that a lost worker had pruned is
// pruned again, which finds nothing more. Its error is the context's, or the store's when
// it lists the services.
func (a *Pruning) PruneServices(ctx context.Context, in PruneInput) (out PruneResult, err error) {
	defer failure.Cross(&err)
	out = PruneResult{After: in.After, So: in.So}
	for range atOnce {
		service, err := a.next(ctx, out.After)
		if err != nil || service == "" {
			return out, err
		}
		pruned, err := a.prune(ctx, service, in.Run)
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
		if err != nil {
			out.So.fail(service, err)
		}
		out.So.add(pruned)
		out.So.Services++
		out.After = service
		if activity.IsActivity(ctx) {
			activity.RecordHeartbeat(ctx)
		}
	}
	out.More = true
	return out, nil
}

// next is the service after another one, by their names; empty if there is none.
func (a *Pruning) next(ctx context.Context, after string) (string, error) {
	const all = "services/"
	from := ""
	if after != "" {
		from = all + after + "0" // 0 comes next to the slash
	}
	for e, err := range a.Records.Store.List(ctx, all, from) {
		if err != nil {
			return "", err
		}
		if service, _, below := strings.Cut(strings.TrimPrefix(e.Key, all), "/"); below {
			return service, nil
		}
	}
	return "", nil
}

// ConcludeInput is what was removed of all services.
type ConcludeInput struct {
	Run string
	So  Pruned
}

// ConcludeResult is what was removed, and where all of it is stored.
type ConcludeResult struct {
	Pruned Pruned
	Stored capacity.Ref
	Story  string // in Markdown
}

// Conclude removes what is no longer kept and belongs to no service, and stores an
// account of the run. A second call stores nothing new.
func (a *Pruning) Conclude(ctx context.Context, in ConcludeInput) (out ConcludeResult, err error) {
	defer failure.Cross(&err)
	out.Pruned = in.So
	now, keep := a.Records.Now(), a.Keep.OrDefault()
	for prefix, before := range map[string]time.Time{
		"fleets/": now.Add(-keep.Fleets), "prunes/": now.Add(-keep.Fleets),
		"tokens/": now.Add(-24 * time.Hour), // a sealed token expires within minutes
	} {
		old, err := a.older(ctx, prefix, before)
		if err != nil {
			return out, err
		}
		pruned, err := a.remove(ctx, old)
		if err != nil {
			return out, err
		}
		out.Pruned.add(pruned)
	}
	out.Story = out.Pruned.story()
	out.Stored, err = a.Records.PutJSON(ctx, capacity.PruneKey(in.Run), out.Pruned)
	if errors.Is(err, capacity.ErrConflict) { // by an earlier try, which removed more
		err = nil
		out.Stored.Key = capacity.PruneKey(in.Run)
	}
	return out, err
}

// story is what was removed, in Markdown.
func (p Pruned) story() string {
	var story strings.Builder
	story.WriteString(p.String() + ".\n\n")
	for _, prefix := range []string{"history", "forecasts", "plans", "days", "models", "regret", "fleets", "prunes", "tokens", "services", "orders", "events"} {
		if n := p.Prefixes[prefix]; n.Objects > 0 {
			story.WriteString("- " + prefix + ": " + capacity.Count(n.Objects, "object") + ", " + capacity.Count(n.Bytes, "byte") + "\n")
		}
	}
	for _, why := range p.Failures {
		story.WriteString("- not all: " + why + "\n")
	}
	return story.String()
}
