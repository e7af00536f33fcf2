package audit_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"strings"
	"sync"

	"headroom/capacity"
)

// memory is a store for a test that looks at thousands of chains.
type memory map[string][]byte

var lock sync.Mutex

func (m memory) Put(_ context.Context, key string, data []byte) (capacity.Ref, error) {
	err := m.change(key, func(old []byte, there bool) error {
		if there && !bytes.Equal(old, data) {
			return capacity.ErrConflict
		}
		m[key] = slices.Clone(data)
		return nil
	})
	return capacity.RefTo(key, data), err
}

func (m memory) Get(_ context.Context, key string) (data []byte, version string, err error) {
	err = m.change(key, func(old []byte, there bool) error {
		if !there {
			return capacity.ErrNotFound
		}
		data, version = slices.Clone(old), capacity.RefTo("", old).SHA256
		return nil
	})
	return data, version, err
}

func (m memory) Swap(_ context.Context, key string, data []byte, version string) error {
	return m.change(key, func(old []byte, there bool) error {
		now := ""
		if there {
			now = capacity.RefTo("", old).SHA256
		}
		if now != version {
			return capacity.ErrConflict
		}
		m[key] = slices.Clone(data)
		return nil
	})
}

func (m memory) Delete(_ context.Context, key string) error {
	return m.change(key, func([]byte, bool) error {
		delete(m, key)
		return nil
	})
}

func (m memory) List(ctx context.Context, prefix, after string) iter.Seq2[capacity.Entry, error] {
	return func(yield func(capacity.Entry, error) bool) {
		if err := ctx.Err(); err != nil {
			yield(capacity.Entry{}, err)
			return
		}
		lock.Lock()
		var found []capacity.Entry
		for key, data := range m {
			if strings.HasPrefix(key, prefix) && key > after {
				found = append(found, capacity.Entry{Key: key, Size: int64(len(data)), Modified: begin})
			}
		}
		lock.Unlock()
		slices.SortFunc(found, func(a, b capacity.Entry) int { return strings.Compare(a.Key, b.Key) })
		for _, e := range found {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (m memory) change(key string, change func(old []byte, there bool) error) error {
	lock.Lock()
	defer lock.Unlock()
	if !fs.ValidPath(key) || key == "." {
		return fmt.Errorf("%q is no key", key)
	}
	old, there := m[key]
	return change(old, there)
}
