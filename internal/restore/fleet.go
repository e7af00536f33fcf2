package restore

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"headroom/activities/fleet"
	"headroom/activities/records"
	"headroom/capacity"
)

// A fleetRun is what is stored of a run over a fleet.
type fleetRun struct {
	kind, run         string
	services, entries []string // parts, in the order of the chunks
	at                time.Time
	summary           bool
}

// Fleets restores the summaries of runs over a fleet from what came of their chunks. How
// quotas and budgets were shared out is not in them then. A summary that is not there is
// rebuilt only if all chunks were worked on: the run may be under way.
func Fleets(ctx context.Context, o Order) ([]Finding, error) {
	var found []Finding
	runs, err := fleetRuns(ctx, o.Store)
	if err != nil {
		return nil, err
	}
	for _, r := range runs {
		f, err := r.restore(ctx, o)
		if err != nil {
			return found, fmt.Errorf("restore the summary of fleet %s %s: %w", r.kind, r.run, err)
		}
		if f != nil {
			found = append(found, *f)
		}
	}
	return found, nil
}

func fleetRuns(ctx context.Context, store capacity.Store) (runs []*fleetRun, err error) {
	for e, err := range store.List(ctx, "fleets/", "") {
		if err != nil {
			return nil, err
		}
		parts := strings.Split(e.Key, "/")
		if len(parts) < 4 {
			continue // the list of a fleet
		}
		name := parts[len(parts)-1]
		kind, run := parts[1], strings.Join(parts[2:len(parts)-1], "/")
		if len(runs) == 0 || runs[len(runs)-1].kind != kind || runs[len(runs)-1].run != run {
			runs = append(runs, &fleetRun{kind: kind, run: run})
		}
		r := runs[len(runs)-1]
		switch {
		case name == "summary.json":
			r.summary = true
		case strings.HasPrefix(name, "services-"):
			r.services = append(r.services, name)
		case strings.HasPrefix(name, "entries-") && strings.HasSuffix(name, ".json"):
			r.entries = append(r.entries, name)
			if e.Modified.After(r.at) {
				r.at = e.Modified
			}
		}
	}
	return runs, nil
}

// restore rebuilds a summary; nil: nothing is wrong with it, or nothing can be said.
func (r *fleetRun) restore(ctx context.Context, o Order) (*Finding, error) {
	key := capacity.FleetKey(r.kind, r.run, "summary.json")
	fault := Lost
	var data []byte
	if r.summary {
		var err error
		if data, _, err = o.Store.Get(ctx, key); err != nil {
			return nil, err
		}
		var s fleet.Summary
		if json.Unmarshal(data, &s) == nil && s.Run == r.run {
			return nil, nil //nolint:nilnil // nothing is wrong with it
		}
		fault = Damaged
	}
	if len(r.services) == 0 || fault == Lost && len(r.entries) < len(r.services) {
		return nil, nil //nolint:nilnil // it may be under way
	}
	in := fleet.SummariseInput{Kind: fleet.Kind(r.kind), Run: r.run, Chunks: len(r.services), Now: r.at}
	for chunk := range r.services {
		if !slices.Contains(r.entries, fmt.Sprintf("entries-%05d.json", chunk)) {
			in.Lost = append(in.Lost, fleet.LostChunk{Chunk: chunk, Why: "nothing is stored of it"})
		}
	}
	f := &Finding{Key: key, Fault: fault, Done: Rebuilt, Text: fmt.Sprintf("from %s of the run; how quotas and budgets were shared out is not in it", capacity.Count(len(r.entries), "chunk"))}
	if o.DryRun {
		return f, nil
	}
	if fault == Damaged {
		kept, err := o.Store.Put(ctx, capacity.DamagedKey(key, data), data)
		if err != nil {
			return nil, err
		}
		f.Kept = kept.Key
	}
	a := fleet.Fleet{Records: records.Records{Store: o.Store, Now: func() time.Time { return o.Now }}}
	_, err := a.Summarise(ctx, in)
	return f, err
}
