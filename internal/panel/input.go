package panel

import (
	"io"
	"os"
	"sync/atomic"
)

// An Input is an open panel file, as it is stored.
type Input struct {
	Name string
	Size int64 // in bytes; 0 is unknown

	raw  io.Reader
	file *os.File // nil: standard input
	read atomic.Int64
}

// Open opens the file of that path by open, or takes stdin for the path "-".
func Open(path string, stdin io.Reader, open func(string) (*os.File, error)) (*Input, error) {
	if path == "-" {
		return &Input{Name: "standard input", raw: stdin}, nil
	}
	f, err := open(path)
	if err != nil {
		return nil, err // it names the operation and the path
	}
	in := &Input{Name: path, raw: f, file: f}
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		in.Size = info.Size()
	}
	return in, nil
}

// Read implements [io.Reader].
func (in *Input) Read(p []byte) (int, error) {
	n, err := in.raw.Read(p)
	in.read.Add(int64(n))
	return n, err
}

// Close closes the file.
func (in *Input) Close() error {
	if in.file == nil {
		return nil
	}
	return in.file.Close()
}

// Share is how much of the file was read, from 0 to 1; ok is false where its
// size is not known.
func (in *Input) Share() (share float64, ok bool) {
	if in.Size == 0 {
		return 0, false
	}
	return min(1, float64(in.read.Load())/float64(in.Size)), true
}
