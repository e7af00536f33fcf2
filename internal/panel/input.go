package panel

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"headroom/capacity"
)

// An Input is an open panel file, unpacked as it is read.
type Input struct {
	Name string

	plain io.Reader
	close []func() error
	read  atomic.Int64 // bytes as they are in the file
	size  int64        // 0 is unknown
}

// Open opens the file of that path, or stdin for the path "-". Whether it is
// packed by gzip or zstd is told from its first bytes.
func Open(path string, stdin io.Reader) (*Input, error) {
	in := &Input{Name: path}
	raw := stdin
	if path == "-" {
		in.Name = "standard input"
	} else {
		f, err := os.Open(path)
		if err != nil {
			return nil, err // it names the operation and the path
		}
		in.close = append(in.close, f.Close)
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			in.size = info.Size()
		}
		raw = f
	}
	if err := in.unpack(raw); err != nil {
		_ = in.Close() // there is nothing to lose, and a better error to tell
		return nil, fmt.Errorf("unpack %s, copy the file again: %w: %w", in.Name, err, capacity.ErrBadData)
	}
	return in, nil
}

func (in *Input) unpack(raw io.Reader) error {
	counted := bufio.NewReaderSize(counter{raw, &in.read}, 1<<16)
	// An error of Peek comes back with the first Read.
	magic, _ := counted.Peek(4)
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		unpacked, err := gzip.NewReader(counted)
		if err != nil {
			return err
		}
		in.plain, in.close = unpacked, append(in.close, unpacked.Close)
	case bytes.HasPrefix(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		// One goroutine: the processors are for the forecasts.
		unpacked, err := zstd.NewReader(counted, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(1<<30))
		if err != nil {
			return err
		}
		in.plain, in.close = unpacked, append(in.close, func() error { unpacked.Close(); return nil })
	default:
		in.plain = counted
	}
	return nil
}

// Read implements [io.Reader].
func (in *Input) Read(p []byte) (int, error) { return in.plain.Read(p) }

// Close closes the file.
func (in *Input) Close() error {
	var first error
	for i := len(in.close) - 1; i >= 0; i-- {
		if err := in.close[i](); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// Share is how much of the file was read, from 0 to 1; ok is false where its
// size is not known.
func (in *Input) Share() (share float64, ok bool) {
	if in.size == 0 {
		return 0, false
	}
	return min(1, float64(in.read.Load())/float64(in.size)), true
}

// A counter counts what is read through it.
type counter struct {
	io.Reader
	n *atomic.Int64
}

func (c counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n.Add(int64(n))
	return n, err
}
