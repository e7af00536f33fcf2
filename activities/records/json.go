package records

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"headroom/capacity"
)

// Get reads what ref names and checks it against the hash.
func (r Records) Get(ctx context.Context, ref capacity.Ref) ([]byte, error) {
	data, _, err := r.Store.Get(ctx, ref.Key)
	if err != nil {
		return nil, err
	}
	return data, ref.Check(data)
}

// GetJSON reads what ref names into v and checks it against the hash.
func (r Records) GetJSON(ctx context.Context, ref capacity.Ref, v any) error {
	data, err := r.Get(ctx, ref)
	if err != nil {
		return err
	}
	return Decode(ref.Key, data, v)
}

// ReadJSON reads what is under a key into v, without a reference to check it by.
func (r Records) ReadJSON(ctx context.Context, key string, v any) error {
	data, _, err := r.Store.Get(ctx, key)
	if err != nil {
		return err
	}
	return Decode(key, data, v)
}

// PutJSON stores v under key, once.
func (r Records) PutJSON(ctx context.Context, key string, v any) (capacity.Ref, error) {
	data, err := encode(key, v)
	if err != nil {
		return capacity.Ref{}, err
	}
	return r.Store.Put(ctx, key, data)
}

// SwapJSON replaces what is under key in the given version by v.
func (r Records) SwapJSON(ctx context.Context, key string, v any, version string) error {
	data, err := encode(key, v)
	if err != nil {
		return err
	}
	return r.Store.Swap(ctx, key, data, version)
}

// WriteJSON replaces what is under key, whatever it is, by v. It returns ErrConflict if
// somebody else writes at the same moment.
func (r Records) WriteJSON(ctx context.Context, key string, v any) (capacity.Ref, error) {
	data, err := encode(key, v)
	if err != nil {
		return capacity.Ref{}, err
	}
	_, version, err := r.Store.Get(ctx, key)
	if err != nil && !errors.Is(err, capacity.ErrNotFound) {
		return capacity.Ref{}, err
	}
	return capacity.RefTo(key, data), r.Store.Swap(ctx, key, data, version)
}

// Decode reads the JSON of an object into v. It returns ErrBadData with the key if it is
// none.
func Decode(key string, data []byte, v any) error {
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("decode %q: %w: %w", key, err, capacity.ErrBadData)
	}
	return nil
}

// DecodeObject is Decode for what is never null: that is an ErrBadData as well.
func DecodeObject(key string, data []byte, v any) error {
	if err := Decode(key, data, v); err != nil {
		return err
	}
	if string(bytes.TrimSpace(data)) == "null" {
		return fmt.Errorf("%q holds nothing: %w", key, capacity.ErrBadData)
	}
	return nil
}

func encode(key string, v any) ([]byte, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode %q: %w", key, err)
	}
	return data, nil
}
