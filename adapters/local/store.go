package local

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/lockedfile"

	"headroom/capacity"
)

// own is the store's own folder: its lock, and what is not yet in place.
const own = ".store"

// A Store keeps artefacts as files in a folder, one per key. Several processes
// may use the same folder at once. The version of a key is the SHA-256 of its
// content, so content that was swapped away and back has its version back.
type Store struct {
	// Dir is the folder; the first write creates it.
	Dir string
}

var _ capacity.Store = Store{}

// Put implements [capacity.Store].
func (s Store) Put(ctx context.Context, key string, data []byte) (capacity.Ref, error) {
	err := s.locked(ctx, "put", key, func(path string) error {
		old, err := read(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return s.write(path, data)
		case err != nil:
			return err
		case !bytes.Equal(old, data):
			return fmt.Errorf("it holds other data already: %w", capacity.ErrConflict)
		}
		return nil
	})
	if err != nil {
		return capacity.Ref{}, err
	}
	return capacity.RefTo(key, data), nil
}

// Get implements [capacity.Store].
func (s Store) Get(ctx context.Context, key string) (data []byte, version string, err error) {
	path, err := s.path(key)
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		data, err = read(path)
	}
	if err != nil {
		return nil, "", fmt.Errorf("get %q from %q: %w", key, s.Dir, known(err))
	}
	return data, versionOf(data), nil
}

// Swap implements [capacity.Store].
func (s Store) Swap(ctx context.Context, key string, data []byte, version string) error {
	return s.locked(ctx, "swap", key, func(path string) error {
		now := ""
		old, err := read(path)
		switch {
		case err == nil:
			now = versionOf(old)
		case !errors.Is(err, fs.ErrNotExist):
			return err
		}
		if now != version {
			return fmt.Errorf("its version is %.12q, not %.12q: %w", now, version, capacity.ErrConflict)
		}
		return s.write(path, data)
	})
}

// Delete implements [capacity.Store].
func (s Store) Delete(ctx context.Context, key string) error {
	return s.locked(ctx, "delete", key, func(path string) error {
		if _, err := read(path); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return os.Remove(path)
	})
}

// locked lets one goroutine of one process at a time change the folder.
func (s Store) locked(ctx context.Context, verb, key string, change func(path string) error) error {
	path, err := s.path(key)
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = os.MkdirAll(filepath.Join(s.Dir, own), 0o777)
	}
	if err == nil {
		var unlock func()
		if unlock, err = lockedfile.MutexAt(filepath.Join(s.Dir, own, "lock")).Lock(); err == nil {
			defer unlock()
			err = change(path)
		}
	}
	if err != nil {
		return fmt.Errorf("%s %q in %q: %w", verb, key, s.Dir, known(err))
	}
	return nil
}

// path is the file of a key. A key never leads out of the folder.
func (s Store) path(key string) (string, error) {
	if !fs.ValidPath(key) || key == "." || key == own || strings.HasPrefix(key, own+"/") {
		return "", fmt.Errorf("a key is slash-separated names without . and .., and not in %q", own)
	}
	return filepath.Join(s.Dir, filepath.FromSlash(key)), nil
}

// write puts data in place at once and whole, also if the process dies.
func (s Store) write(path string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Join(s.Dir, own), "new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // the write's own error says more
		}
	}()
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// read is what a file holds. A folder, or a file where a folder should be, is
// nothing.
func read(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, syscall.EISDIR) || errors.Is(err, syscall.ENOTDIR) {
		return nil, fs.ErrNotExist
	}
	return data, err
}

func versionOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// known puts the errors of the file system into the words of capacity.
func known(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return capacity.ErrNotFound
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w: %w", err, capacity.ErrAccess)
	}
	return err
}
