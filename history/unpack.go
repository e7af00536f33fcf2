package history

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// errTooLarge is what reading more than Limits.Unpacked gives.
var errTooLarge = errors.New("too large")

// layers is how often an object may be compressed over: once by its writer,
// once more by whoever transported it.
const layers = 2

// An unpacked is an object's decompressed bytes. It remembers why reading
// ended, because a parser on top may report something else.
type unpacked struct {
	io.Reader
	left int64
	err  error
}

// unpack takes the compression off data, told by its first bytes.
func unpack(data []byte, limit int64) (*unpacked, error) {
	u := &unpacked{Reader: bytes.NewReader(data), left: limit}
	for range layers {
		b := bufio.NewReaderSize(u.Reader, 64<<10)
		u.Reader = b
		// A shorter object has fewer bytes to peek at, and then none match.
		magic, _ := b.Peek(4)
		switch {
		case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
			z, err := gzip.NewReader(b)
			if err != nil {
				return nil, fmt.Errorf("gzip: %w", err)
			}
			u.Reader = z
		case bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
			// One goroutine, so that decoding ends when reading does.
			z, err := zstd.NewReader(b, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
			if err != nil {
				return nil, fmt.Errorf("zstd: %w", err)
			}
			u.Reader = z
		default:
			return u, nil
		}
	}
	return u, nil
}

// Read implements [io.Reader].
func (u *unpacked) Read(p []byte) (int, error) {
	if u.err != nil {
		return 0, u.err
	}
	n, err := u.Reader.Read(p)
	u.left -= int64(n)
	if u.left < 0 {
		err = errTooLarge
	}
	if err != nil {
		u.err = err
	}
	return n, err
}

// trouble puts why the bytes ended into words; "" if they were read to the end.
func (u *unpacked) trouble(limit int64) string {
	switch {
	case u.err == nil || errors.Is(u.err, io.EOF):
		return ""
	case errors.Is(u.err, errTooLarge):
		return fmt.Sprintf("decompressed it has more than %d MiB; split it", limit>>20)
	case errors.Is(u.err, io.ErrUnexpectedEOF):
		return "it is compressed, and cut off before its end"
	default:
		return fmt.Sprintf("it is compressed, and damaged (%v)", u.err)
	}
}
