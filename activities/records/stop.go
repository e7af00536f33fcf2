package records

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

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
	key, why, err := r.first(ctx, capacity.StopAllKey, capacity.StopKey(service))
	if key == "" {
		return "", err
	}
	return fmt.Sprintf("the object %q in the bucket stops all changes (%s): remove it to go on", key, why), nil
}

// LiveOff says why the controller of a service is switched off in the store; empty if it
// is not. As with a stop, an object of any content does it.
func (r Records) LiveOff(ctx context.Context, service string) (string, error) {
	key, why, err := r.first(ctx, capacity.LiveOffAllKey, capacity.LiveOffKey(service))
	if key == "" {
		return "", err
	}
	return fmt.Sprintf("the object %q in the bucket switches the controller off (%s): remove it with `headroom live on`", key, why), nil
}

// first is the first of the keys under which something is stored, and the beginning of
// it; empty if there is none.
func (r Records) first(ctx context.Context, keys ...string) (key, text string, err error) {
	for _, key := range keys {
		why, _, err := r.Store.Get(ctx, key)
		if err == nil {
			return key, firstLine(why), nil
		}
		if !errors.Is(err, capacity.ErrNotFound) {
			return "", "", err
		}
	}
	return "", "", nil
}

// firstLine is the beginning of a text that somebody stored, without control characters.
func firstLine(text []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	line = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) { // it would reach terminals and pages
			return '\ufffd'
		}
		return r
	}, strings.ToValidUTF8(strings.TrimSpace(line), "\ufffd"))
	if runes := []rune(line); len(runes) > 120 {
		line = string(runes[:120]) + "…"
	}
	if line == "" {
		return "it says no reason"
	}
	return line
}
