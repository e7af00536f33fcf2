package records

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"headroom/capacity"
)

// UnlessStopped returns [capacity.ErrStopped] while changes of a service are stopped in
// the store. Where the store does not answer, nothing is known of a stop, and a run goes
// by what it has read last.
func (r Records) UnlessStopped(ctx context.Context, service string) error {
	if why, _ := r.Stopped(ctx, service); why != "" {
		return fmt.Errorf("%s: %w", why, capacity.ErrStopped)
	}
	return nil
}

// Stopped says why changes of a service are stopped in the store; empty if they are
// not. An object of any content does it, so that a stop needs nothing but the bucket.
func (r Records) Stopped(ctx context.Context, service string) (string, error) {
	for _, key := range []string{capacity.StopAllKey, capacity.StopKey(service)} {
		why, _, err := r.Store.Get(ctx, key)
		if err == nil {
			return fmt.Sprintf("the object %q in the bucket stops all changes (%s): remove it to go on", key, firstLine(why)), nil
		}
		if !errors.Is(err, capacity.ErrNotFound) {
			return "", err
		}
	}
	return "", nil
}

// firstLine is the beginning of a text that somebody stored.
func firstLine(text []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	if len(line) > 120 {
		line = line[:120] + "…"
	}
	if line == "" {
		return "it says no reason"
	}
	return line
}
