package history

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// errTooLarge is what reading more than Limits.Unpacked gives, and errExpands
// what a small object that decompresses to a very large one gives.
var (
	errTooLarge = errors.New("too large")
	errExpands  = errors.New("expands too much")
)

const (
	// layers is how often an object may be compressed over: once by its writer,
	// once more by whoever transported it.
	layers = 2
	// An object may always expand to mostSmall bytes, and beyond that to
	// expansion times its size: load compresses by ten to thirty.
	mostSmall = 64 << 20
	expansion = 100
)

// An unpacked is an object's decompressed bytes. It remembers why reading
// ended, because a parser on top may report something else.
type unpacked struct {
	io.Reader
	packed bool
	left   int64
	most   int64 // by which left is bounded at first, if that is for the expansion
	err    error
}

// unpack takes the compression off in, told by its first bytes. The size is that
// of the object as it is stored; 0 if it is not known.
func unpack(in io.Reader, size, limit int64) (*unpacked, error) {
	u := &unpacked{Reader: in, left: limit}
	for range layers {
		b := bufio.NewReaderSize(u.Reader, 64<<10)
		u.Reader = b
		if err := skipFrames(b); err != nil {
			return nil, fmt.Errorf("zstd: %w", err)
		}
		// A shorter object has fewer bytes to peek at, and then none match.
		magic, _ := b.Peek(4)
		switch {
		case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
			u.Reader = &members{in: b}
		case bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
			// One goroutine, so that decoding ends when reading does.
			z, err := zstd.NewReader(b, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(64<<20), zstd.WithDecoderLowmem(true))
			if err != nil {
				return nil, fmt.Errorf("zstd: %w", err)
			}
			u.Reader = z
		default:
			return u, nil
		}
		if !u.packed && size > 0 {
			if most := max(mostSmall, expansion*size); most < u.left {
				u.left, u.most = most, most
			}
		}
		u.packed = true
	}
	return u, nil
}

// skipFrames skips the zstd frames at the beginning that hold no data, which
// parallel compressors write before each frame.
func skipFrames(b *bufio.Reader) error {
	for {
		head, _ := b.Peek(8)
		if len(head) < 8 {
			return nil
		}
		if magic := binary.LittleEndian.Uint32(head); magic < 0x184D2A50 || magic > 0x184D2A5F {
			return nil
		}
		length := int64(binary.LittleEndian.Uint32(head[4:]))
		if n, err := io.CopyN(io.Discard, b, 8+length); err != nil {
			return fmt.Errorf("a frame to skip ends after %d of %d bytes: %w", n, 8+length, io.ErrUnexpectedEOF)
		}
	}
}

// members reads the members of a gzip file one after the other, and ignores
// zeros behind the last, with which tapes and block devices pad it.
type members struct {
	in   *bufio.Reader
	z    *gzip.Reader
	done bool
}

// Read implements [io.Reader].
func (m *members) Read(p []byte) (int, error) {
	for {
		if m.done {
			return 0, io.EOF
		}
		if m.z == nil {
			z, err := gzip.NewReader(m.in)
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			if err != nil {
				return 0, err
			}
			m.z = z
			m.z.Multistream(false)
		}
		n, err := m.z.Read(p)
		if !errors.Is(err, io.EOF) {
			return n, err
		}
		if err := m.nextMember(); err != nil {
			return n, err
		}
		if n > 0 {
			return n, nil
		}
	}
}

// nextMember goes on to the next member, if there is one.
func (m *members) nextMember() error {
	for {
		b, err := m.in.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			m.done = true
			return nil
		case err != nil:
			return err
		case b == 0:
			continue
		}
		if err := m.in.UnreadByte(); err != nil {
			return err
		}
		if err := m.z.Reset(m.in); err != nil {
			return fmt.Errorf("what follows the compressed data is no gzip: %w", err)
		}
		m.z.Multistream(false)
		return nil
	}
}

// Read implements [io.Reader].
func (u *unpacked) Read(p []byte) (int, error) {
	if u.err != nil {
		return 0, u.err
	}
	n, err := u.Reader.Read(p)
	u.left -= int64(n)
	switch {
	case u.left >= 0:
	case u.most > 0:
		err = errExpands
	default:
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
	case errors.Is(u.err, errExpands):
		return fmt.Sprintf("decompressed it has more than %d MiB, more than %d times its size, as load never has", u.most>>20, expansion)
	case errors.Is(u.err, errTooLarge):
		return fmt.Sprintf("decompressed it has more than %d MiB; split it", limit>>20)
	case !u.packed:
		return fmt.Sprintf("it cannot be read to its end (%v)", u.err)
	case errors.Is(u.err, io.ErrUnexpectedEOF):
		return "it is compressed, and cut off before its end"
	default:
		return fmt.Sprintf("it is compressed, and damaged (%v)", u.err)
	}
}
