package pruning

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"headroom/capacity"
)

// A Count is so many objects, and how many bytes they were.
type Count struct {
	Objects, Bytes int64
}

// A Pruned is what was removed, of how many services.
type Pruned struct {
	Services int
	All      Count
	// Prefixes is All by the first part of the keys, such as "plans".
	Prefixes map[string]Count `json:",omitempty"`
	// Records is how many records of audits share an object now: none is gone.
	Records int64
	// Failures is why nothing, or not all, was removed of some services: the first 20 of
	// Failed.
	Failures []string `json:",omitempty"`
	Failed   int
}

// add adds what was removed elsewhere.
func (p *Pruned) add(of Pruned) {
	p.All.Objects += of.All.Objects
	p.All.Bytes += of.All.Bytes
	p.Records += of.Records
	for prefix, n := range of.Prefixes {
		p.count(prefix, n)
	}
}

// counted adds an object.
func (p *Pruned) counted(e capacity.Entry) {
	prefix, _, _ := strings.Cut(e.Key, "/")
	p.All.Objects++
	p.All.Bytes += e.Size
	p.count(prefix, Count{1, e.Size})
}

func (p *Pruned) count(prefix string, n Count) {
	if p.Prefixes == nil {
		p.Prefixes = map[string]Count{}
	}
	sum := p.Prefixes[prefix]
	p.Prefixes[prefix] = Count{sum.Objects + n.Objects, sum.Bytes + n.Bytes}
}

// fail notes that a service, or what belongs to none, could not be pruned.
func (p *Pruned) fail(what string, err error) {
	if p.Failed++; len(p.Failures) < 20 {
		p.Failures = append(p.Failures, what+": "+err.Error())
	}
}

// String says it in a sentence.
func (p Pruned) String() string {
	return fmt.Sprintf("%s of %s removed", capacity.Count(p.All.Objects, "object"), capacity.Count(p.All.Bytes, "byte"))
}

// removals is how many objects are removed at once.
const removals = 16

// remove removes objects, and counts them.
func (a *Pruning) remove(ctx context.Context, entries []capacity.Entry) (out Pruned, err error) {
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(removals)
	var mu sync.Mutex
	for _, e := range entries {
		all.Go(func() error {
			if err := a.Records.Store.Delete(ctx, e.Key); err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			out.counted(e)
			return nil
		})
	}
	return out, all.Wait()
}
