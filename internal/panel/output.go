package panel

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// An Output is a file in the making: it is written beside its place, and only
// [Output.Commit] puts it there, so that nobody ever reads half a file.
type Output struct {
	path   string // "" writes to standard output
	file   *os.File
	packed *gzip.Writer
	out    io.Writer
}

// Create begins the file of that path, packed by gzip if its name ends in .gz.
// The empty path and "-" stand for stdout. Every Output must be closed.
func Create(path string, stdout io.Writer) (*Output, error) {
	if path == "" || path == "-" {
		return &Output{out: stdout}, nil
	}
	o := &Output{path: path}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		o.path = target
	}
	place, flags := filepath.Join(filepath.Dir(o.path), fmt.Sprintf(".%s.%d.part", filepath.Base(o.path), os.Getpid())), os.O_CREATE|os.O_EXCL
	if info, err := os.Stat(o.path); err == nil && !info.Mode().IsRegular() {
		place, flags = o.path, 0 // a device or a pipe has no place to be renamed to
	}
	var err error
	if o.file, err = os.OpenFile(place, os.O_WRONLY|flags, 0o666); err != nil {
		return nil, fmt.Errorf("create %s: %w", path, err)
	}
	o.out = o.file
	if strings.HasSuffix(path, ".gz") {
		o.packed = gzip.NewWriter(o.file)
		o.out = o.packed
	}
	return o, nil
}

// Write implements [io.Writer].
func (o *Output) Write(p []byte) (int, error) { return o.out.Write(p) }

// Commit puts the file in its place. It must be called once, after all writes.
func (o *Output) Commit() error {
	if o.file == nil {
		return nil
	}
	var err error
	if o.packed != nil {
		err = o.packed.Close()
	}
	written := o.file.Name()
	err = errors.Join(err, o.file.Close())
	if err == nil && written != o.path {
		err = os.Rename(written, o.path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", o.path, err)
	}
	o.file = nil
	return nil
}

// Close gives up a file that was not committed, and is nothing otherwise.
func (o *Output) Close() error {
	if o.file == nil {
		return nil
	}
	err := o.file.Close()
	if o.file.Name() != o.path {
		err = os.Remove(o.file.Name())
	}
	o.file = nil
	return err
}
