package live

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"

	"headroom/activities/policies"
	"headroom/capacity"
	"headroom/controller"
)

// A shard is the services that one activity decides for.
type shard struct {
	*Live
	holder *holder
	number int

	services map[string]*service
	listed   time.Time // when the envelopes were read last
	idle     time.Time // since when there is none
	learning chan struct{}
	learners sync.WaitGroup
	stop     context.CancelFunc // ends the learners
	ctx      context.Context    //nolint:containedctx // of the learners, which outlive a look
}

func newShard(l *Live, h *holder, number int) *shard {
	s := &shard{Live: l, holder: h, number: number, services: map[string]*service{}, learning: make(chan struct{}, 1)}
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s
}

// close waits for what still learns.
func (s *shard) close() {
	s.stop()
	s.learners.Wait()
}

// run looks at the services again and again. When the worker stops, what it waits for is
// broken off, but no call that changes a target.
func (s *shard) run(ctx context.Context, stopping <-chan struct{}) (idle bool, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-stopping:
			cancel(errStops)
		case <-ctx.Done():
		}
	}()
	began := s.Records.Now()
	s.idle = began
	for {
		s.look(ctx)
		now := s.Records.Now()
		switch {
		case context.Cause(ctx) != nil:
			return false, context.Cause(ctx)
		case len(s.services) > 0:
			s.idle = now
		case now.Sub(s.idle) > idleFor:
			return true, nil
		}
		if now.Sub(began) > longest {
			return false, nil
		}
		if wait(ctx, now.Truncate(look).Add(look).Sub(now)) != nil {
			return false, context.Cause(ctx)
		}
	}
}

// look reads the envelopes and the load, and decides for each service that is due.
func (s *shard) look(ctx context.Context) {
	if err := s.readEnvelopes(ctx); err != nil && ctx.Err() == nil {
		warn(ctx, "the envelopes cannot be read", err)
	}
	now := s.Records.Now()
	var due []*service
	for _, v := range s.services {
		if s.begin(v) && v.due(now) {
			due = append(due, v)
		}
	}
	slices.SortFunc(due, func(a, b *service) int { return strings.Compare(a.name, b.name) })
	s.readLoads(ctx, due)
	if !s.holder.sure() {
		for _, v := range due {
			v.last = unknown // another process may ask meanwhile
		}
	}
	const atOnce = 8
	each(due, atOnce, func(v *service) { s.decide(ctx, v) })
	s.save(ctx, false)
}

// each calls f for all services, several at a time.
func each(all []*service, atOnce int, f func(*service)) {
	var group sync.WaitGroup
	free := make(chan struct{}, atOnce)
	for _, v := range all {
		free <- struct{}{}
		group.Go(func() {
			defer func() { <-free }()
			f(v)
		})
	}
	group.Wait()
}

// readEnvelopes reads the envelopes of the shard that are new, and forgets services that
// have none any more.
func (s *shard) readEnvelopes(ctx context.Context) error {
	ctx, done := context.WithTimeout(ctx, look)
	defer done()
	began := s.Records.Now()
	there := map[string]bool{}
	for entry, err := range s.Records.Store.List(ctx, controller.EnvelopePrefix, "") {
		if err != nil {
			return err
		}
		name, ok := strings.CutSuffix(strings.TrimPrefix(entry.Key, controller.EnvelopePrefix), ".json")
		if !ok || controller.ShardOf(name) != s.number {
			continue
		}
		if err := s.readEnvelope(ctx, name, entry, there); err != nil {
			return err
		}
	}
	for name, v := range s.services {
		if !there[name] {
			v.ends(ctx, s)
			delete(s.services, name)
		}
	}
	s.listed = began
	return nil
}

// readEnvelope reads the envelope of a service if it may have changed. Two writes within
// a second may have one time, so what has just changed is read once more.
func (s *shard) readEnvelope(ctx context.Context, name string, entry capacity.Entry, there map[string]bool) error {
	v := s.services[name]
	if v == nil {
		v = &service{name: name, last: unknown, begun: s.Records.Now()}
	}
	if changed := !entry.Modified.Equal(v.modified); changed || !v.again {
		v.modified, v.again = entry.Modified, !changed
		data, _, err := s.Records.Store.Get(ctx, entry.Key)
		if errors.Is(err, capacity.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		e, err := controller.DecodeEnvelope(data)
		if err == nil && e.Service != name {
			err = capacity.ErrBadData
		}
		if err != nil {
			warn(ctx, "the envelope of "+name+" cannot be used", err)
			return nil
		}
		if e.Policy != v.envelope.Policy && e.Mode != controller.Off {
			if v.policy, err = policies.Read(ctx, s.Records.Store, name, e.Policy); err != nil {
				return err
			}
		}
		v.take(e)
	}
	if v.envelope.Mode == controller.Off || !s.Records.Now().Before(v.envelope.Expires.Add(time.Hour)) {
		return nil
	}
	there[name], s.services[name] = true, v
	return nil
}

// warn logs what goes wrong and is tried again.
func warn(ctx context.Context, what string, err error) {
	if activity.IsActivity(ctx) {
		activity.GetLogger(ctx).Warn(what, "error", err)
	}
}
