package activities

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"headroom/audit"
	"headroom/capacity"
)

// swapped reads an object that is replaced as time goes on, and the version that
// replacing it asks for. One that is not there is no error. A damaged one is
// kept beside its place, with a record, and counts as not there: what it held
// is worth less than the plan that it would stop.
func swapped[T any](ctx context.Context, a *Activities, service, key string) (v T, version string, err error) {
	data, version, err := a.Store.Get(ctx, key)
	if errors.Is(err, capacity.ErrNotFound) {
		return v, "", nil
	}
	if err != nil {
		return v, "", err
	}
	damage := decode(key, data, &v)
	if damage == nil && string(bytes.TrimSpace(data)) == "null" {
		damage = fmt.Errorf("%q holds nothing: %w", key, capacity.ErrBadData)
	}
	if damage != nil {
		var none T
		return none, version, a.setAside(ctx, service, key, data, damage)
	}
	return v, version, nil
}

// setAside keeps the bytes of a damaged object and records why. The same damage
// is kept and recorded once.
func (a *Activities) setAside(ctx context.Context, service, key string, data []byte, damage error) error {
	kept, err := a.Store.Put(ctx, capacity.DamagedKey(key, data), data)
	if err != nil {
		return err
	}
	return a.witness(ctx, audit.Record{
		Service: service, ID: "damaged/" + kept.Key, At: a.Now(), Kind: audit.Damaged, Why: damage.Error(),
		Text: fmt.Sprintf("%q is damaged: it is kept as %q, and begun anew", key, kept.Key),
	}, nil)
}
