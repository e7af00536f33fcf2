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

var _ history.Source = Source{}

// Fetch implements [history.Source].
func (s Source) Fetch(ctx context.Context, d capacity.Demand, from, to time.Time) (history.Table, history.Summary, error) {
	root, err := filePath(d.Source)
	if err != nil {
		return history.Table{}, history.Summary{}, err
	}
	fail := func(err error) (history.Table, history.Summary, error) {
		return history.Table{}, history.Summary{}, fmt.Errorf("fetch %q: %w", d.Source, known(err))
	}
	files, err := dataFiles(root)
	if err != nil {
		return fail(err)
	}
	if len(files) == 0 {
		return fail(fmt.Errorf("the folder holds no data files: %w", capacity.ErrNoData))
	}
	parts := make([]history.Rows, len(files))
	for i, name := range files {
		if err := ctx.Err(); err != nil {
			return fail(err)
		}
		if parts[i], err = s.read(root, name, d); err != nil {
			return fail(err)
		}
		parts[i].Trim(from, to)
	}
	table, summary, err := history.Merge(parts, from, to)
	if err != nil {
		return fail(err)
	}
	return table, summary, nil
}

// read decodes the file of that name below root.
func (s Source) read(root, name string, d capacity.Demand) (history.Rows, error) {
	path := filepath.Join(root, filepath.FromSlash(name))
	info, err := os.Stat(path)
	if err != nil {
		return history.Rows{}, err
	}
	if most := s.Limits.OrDefault().Object; info.Size() > most {
		return history.Rows{}, fmt.Errorf("read %q: it has %d MiB, more than %d MiB; split it: %w", name, info.Size()>>20, most>>20, capacity.ErrBadData)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return history.Rows{}, err
	}
	if name == "." {
		name = filepath.Base(root)
	}
	return history.Read(name, data, d, s.Limits)
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
		if err == nil && info.Mode().IsRegular() {
			files = append(files, name)
		}
		return err
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
