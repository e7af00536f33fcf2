package inforce

import (
	"context"
	"fmt"
	"io"

	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/internal/cli/session"
)

// PlansToShow are the plans of a service to show: the one of that ID, or if it is
// empty those that count.
func PlansToShow(ctx context.Context, stderr io.Writer, service, id string) ([]shownPlan, capacity.Store, error) {
	if id != "" {
		store, err := session.OpenStore(ctx)
		return []shownPlan{{ID: id}}, store, err
	}
	s, err := session.Open(ctx, stderr)
	if err != nil {
		return nil, nil, err
	}
	defer s.Temporal.Close()
	f, err := Read(ctx, s, service)
	if err != nil {
		return nil, nil, fmt.Errorf("find the plans of %q: %w", service, err)
	}
	for _, trouble := range f.Troubles {
		fmt.Fprintf(stderr, "not known: %s\n", command.Escaped(trouble))
	}
	shown := f.shown()
	if len(shown) == 0 {
		return nil, nil, fmt.Errorf("%q has no plan: make one with `headroom plan %s`: %w", service, service, capacity.ErrNotFound)
	}
	return shown, s.Store, nil
}
