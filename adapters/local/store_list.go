package local

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"headroom/capacity"
)

// List implements [capacity.Store]. Modified is the time of the file.
func (s Store) List(ctx context.Context, prefix, after string) iter.Seq2[capacity.Entry, error] {
	return func(yield func(capacity.Entry, error) bool) {
		l := listing{ctx, s.Dir, prefix, after, yield}
		l.folder("")
	}
}

// A listing is one walk through the folder of a store.
type listing struct {
	ctx           context.Context
	dir           string
	prefix, after string
	yield         func(capacity.Entry, error) bool
}

// folder lists what is below a folder, whose key is empty or ends with a slash, and
// reports whether to go on.
func (l *listing) folder(folder string) bool {
	found, err := os.ReadDir(filepath.Join(l.dir, filepath.FromSlash(folder)))
	if err == nil {
		err = l.ctx.Err()
	}
	if errors.Is(err, fs.ErrNotExist) {
		return true
	}
	if err != nil {
		l.yield(capacity.Entry{}, fmt.Errorf("list %q in %q: %w", l.prefix, l.dir, known(err)))
		return false
	}
	// A folder stands where its keys do: "a.b" comes before "a/b".
	name := func(e fs.DirEntry) string {
		if e.IsDir() {
			return folder + e.Name() + "/"
		}
		return folder + e.Name()
	}
	slices.SortFunc(found, func(a, b fs.DirEntry) int { return cmp.Compare(name(a), name(b)) })
	for _, e := range found {
		key := name(e)
		switch {
		case key == own+"/":
		case e.IsDir():
			under := strings.HasPrefix(l.prefix, key) || strings.HasPrefix(key, l.prefix)
			if under && (key > l.after || strings.HasPrefix(l.after, key)) && !l.folder(key) {
				return false
			}
		case strings.HasPrefix(key, l.prefix) && key > l.after:
			info, err := e.Info()
			if errors.Is(err, fs.ErrNotExist) { // deleted just now
				continue
			}
			if err != nil {
				err = fmt.Errorf("list %q in %q: %w", key, l.dir, known(err))
			}
			if !l.yield(entryOf(key, info), err) || err != nil {
				return false
			}
		}
	}
	return true
}

func entryOf(key string, info fs.FileInfo) capacity.Entry {
	if info == nil {
		return capacity.Entry{}
	}
	return capacity.Entry{Key: key, Size: info.Size(), Modified: info.ModTime()}
}
