package aws

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"

	"headroom/capacity"
)

// packFrom is from how many bytes on an object is compressed: smaller ones, such as
// records of the audit, can be looked at as they are.
const packFrom = 4 << 10

// packMagic begins what gzip has compressed.
var packMagic = []byte{0x1f, 0x8b}

// pack compresses data if that makes it smaller, and always if it looks compressed
// already: what begins like that is unpacked again. The same data is always packed
// alike.
func pack(data []byte) (packed []byte, encoding string, err error) {
	looks := bytes.HasPrefix(data, packMagic)
	if len(data) < packFrom && !looks {
		return data, "", nil
	}
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(data); err != nil {
		return nil, "", fmt.Errorf("compress %d bytes: %w", len(data), err)
	}
	if err := w.Close(); err != nil {
		return nil, "", fmt.Errorf("compress %d bytes: %w", len(data), err)
	}
	if out.Len() >= len(data) && !looks {
		return data, "", nil
	}
	return out.Bytes(), "gzip", nil
}

// unpack is what was packed. It does not ask what the server says of the encoding: a
// server in between may have unpacked it.
func unpack(data []byte, where string) ([]byte, error) {
	if !bytes.HasPrefix(data, packMagic) {
		return data, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("get %s: it is compressed and damaged: %w: %w", where, err, capacity.ErrBadData)
	}
	var out bytes.Buffer
	if _, err := out.ReadFrom(io.LimitReader(r, maxArtefact+1)); err != nil {
		return nil, fmt.Errorf("get %s: it is compressed and damaged: %w: %w", where, err, capacity.ErrBadData)
	}
	if out.Len() > maxArtefact {
		return nil, tooLarge(where, maxArtefact)
	}
	return out.Bytes(), nil
}
