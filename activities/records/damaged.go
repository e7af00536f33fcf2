package records

import (
	"context"
	"errors"
	"fmt"

	"headroom/audit"
	"headroom/capacity"
)

// Read reads an object that is replaced as time goes on, and the version that
// replacing it asks for. One that is not there is no error. A damaged one is
// kept beside its place, with a record, and counts as not there: what it held
// is worth less than the plan that it would stop.
func Read[T any](ctx context.Context, r Records, service, key string) (v T, version string, err error) {
	data, version, err := r.Store.Get(ctx, key)
	if errors.Is(err, capacity.ErrNotFound) {
		return v, "", nil
	}
	if err != nil {
		return v, "", err
	}
	if damage := DecodeObject(key, data, &v); damage != nil {
		var none T
		return none, version, r.SetAside(ctx, service, key, data, damage)
	}
	return v, version, nil
}

// SetAside keeps the bytes of a damaged object and records why. The same damage
// is kept and recorded once.
func (r Records) SetAside(ctx context.Context, service, key string, data []byte, damage error) error {
	kept, err := r.Store.Put(ctx, capacity.DamagedKey(key, data), data)
	if err != nil {
		return err
	}
	return r.Append(ctx, audit.Record{
		Service: service, ID: "damaged/" + kept.Key, At: r.Now(), Kind: audit.Damaged, Why: damage.Error(),
		Text: fmt.Sprintf("%q is damaged: it is kept as %q, and begun anew", key, kept.Key),
	}, nil)
}
