package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"headroom/capacity"
)

// A Forgetting is the facts of a record of kind Forgotten.
type Forgetting struct {
	Newest  capacity.Ref // of the records that were let go
	Records int64
	Before  time.Time // all of them are older
}

// Forget removes a service's records from before a time, and first appends a
// record that says so: a chain that is shorter for another reason does not pass
// [Verify]. The newest record always stays. Broken off, the next call ends it.
func Forget(ctx context.Context, store capacity.Store, service string, before, now time.Time) (Forgetting, error) {
	f := Forgetting{Before: before}
	head, _, err := readHead(ctx, store, service)
	if err != nil || head.Sequence == 0 || !head.Oldest.Before(before) {
		return f, err
	}
	var gone []capacity.Ref
	kept := int64(1) // the oldest
	at := head.Newest
	for r, err := range Read(ctx, store, service) {
		if err != nil {
			return f, err
		}
		gone = append(gone, at)
		if !r.At.Before(before) {
			gone, kept = nil, r.Sequence // neither it nor what came after it
		}
		at = r.Previous
	}
	if len(gone) > 0 && gone[0] == head.Newest {
		gone, kept = gone[1:], head.Sequence
	}
	if len(gone) == 0 {
		return f, nil
	}
	f.Newest, f.Records = gone[0], int64(len(gone))
	facts, err := json.Marshal(f)
	if err != nil {
		return f, fmt.Errorf("encode what is forgotten of %q: %w", service, err)
	}
	_, err = Append(ctx, store, Record{
		Service: service, ID: "forgotten/" + f.Newest.SHA256, At: now, Kind: Forgotten,
		Text:  fmt.Sprintf("%s from before %s were let go", capacity.Count(f.Records, "record"), before.UTC().Format(time.RFC3339)),
		Facts: facts, oldest: before,
	})
	if err != nil {
		return f, err
	}
	if err := keepFrom(ctx, store, service, kept); err != nil {
		return f, err
	}
	// The oldest first: what is left of a broken off removal stays a chain.
	for i := len(gone) - 1; i >= 0; i-- {
		if err := store.Delete(ctx, gone[i].Key); err != nil {
			return f, err
		}
	}
	return f, nil
}
