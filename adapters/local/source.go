package local

import (
	"context"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"headroom/capacity"
	"headroom/history"
)

// A Source reads load history from files: the address file:///folder/ is all
// files in and below the folder, file:///folder/load.csv is that file. A plain
// path, without file://, is read as well. The zero Source has default limits.
type Source struct {
	Limits history.Limits
}

var _ history.Sharer = Source{}

// Fetch implements [history.Source].
func (s Source) Fetch(ctx context.Context, d capacity.Demand, from, to time.Time) (history.Table, error) {
	got := s.FetchEach(ctx, []history.Ask{{Demand: d, From: from, To: to}})[0]
	return got.Table, got.Err
}

// FetchEach implements [history.Sharer].
func (s Source) FetchEach(ctx context.Context, asks []history.Ask) []history.Got {
	address := asks[0].Demand.Source
	fail := func(err error) []history.Got {
		return history.Fail(asks, fmt.Errorf("fetch %q: %w", address, known(err)))
	}
	root, err := filePath(address)
	if err != nil {
		return history.Fail(asks, err)
	}
	files, err := dataFiles(root)
	if err != nil {
		return fail(err)
	}
	if len(files) == 0 {
		return fail(fmt.Errorf("the folder holds no data files: %w", capacity.ErrNoData))
	}
	parts := history.NewParts(asks, len(files), s.Limits)
	for i, file := range files {
		if err := ctx.Err(); err != nil {
			return fail(err)
		}
		if err := s.read(parts, i, root, file); err != nil {
			return fail(err)
		}
	}
	return parts.Merge(address)
}

// read decodes the i-th file, which has that name below root.
func (s Source) read(parts *history.Parts, i int, root, name string) error {
	path := filepath.Join(root, filepath.FromSlash(name))
	if name == "." {
		name = filepath.Base(root)
	}
	file, err := Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	parts.Read(i, name, file, info.Size())
	return nil
}

// dataFiles lists what is to be read, relative to root; of a file, itself.
func dataFiles(root string) ([]string, error) {
	info, err := os.Stat(root)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{"."}, nil
	}
	if root, err = filepath.EvalSymlinks(root); err != nil { // or a link would be walked as a file
		return nil, err
	}
	var files []string
	err = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if !history.IsData(name) {
			return nil
		}
		info, err := os.Stat(path) // follows a link to a file
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			return fmt.Errorf("%q is %s and not a file of load: move it away, or let its name start with an underscore: %w", name, kind(info.Mode()), capacity.ErrBadData)
		}
		files = append(files, name)
		return nil
	})
	return files, err
}

// filePath is the path that an address names.
func filePath(address string) (string, error) {
	rest, isURI := strings.CutPrefix(address, "file://")
	if !isURI && !strings.Contains(address, "://") && address != "" {
		return address, nil
	}
	path, err := url.PathUnescape(rest)
	if err != nil || !isURI || !strings.HasPrefix(path, "/") {
		return "", fmt.Errorf("demand.source %q: a local source is file:///folder/ or file:///folder/file.csv: %w", address, capacity.ErrBadPolicy)
	}
	return filepath.FromSlash(path), nil
}
