package history

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"headroom/capacity"
)

// sniffed is how many bytes of an object its dialect is told by, and
// headerWithin how many of its first lines may hold the header.
const (
	sniffed      = 64 << 10
	headerWithin = 20
)

// A header is the line of a CSV object that names its columns.
type header struct {
	records *records
	names   []string
}

// readHeader finds the header: the first line that, split by one of the usual
// separators, names all the columns that are wanted by one of the ways; or else
// the first line that is no comment. Lines above it, such as the titles of an
// export, are skipped. A first line "sep=;" names the separator.
func readHeader(in *bufio.Reader, ways [][]string) (header, error) {
	h := header{records: newRecords(in)}
	text, _ := in.Peek(sniffed)
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	separators := []byte(",;\t|")
	above := 0 // lines above the header
	end := string(h.records.end)
	lines := strings.SplitN(string(text), end, headerWithin+1)
	if first, ok := strings.CutPrefix(strings.ToLower(strings.Trim(lines[0], "\"\r\n ")), "sep="); ok && len(lines) > 1 {
		above = 1
		if len(first) == 1 {
			separators = []byte(first)
		} else if strings.HasPrefix(strings.Trim(lines[0], "\"\r\n "), "sep=\t") || first == "" {
			separators = []byte("\t")
		}
	}
	fallback := -1
	comma := separators[0]
	found := false
search:
	for i := above; i < min(len(lines), headerWithin); i++ {
		line := strings.TrimSpace(lines[i])
		if line == "" {
			continue
		}
		if fallback < 0 && !strings.HasPrefix(line, "#") {
			fallback = i
		}
		for _, s := range separators {
			names := columnNames(lines[i], s)
			if slices.ContainsFunc(ways, func(way []string) bool { return names != nil && containsAll(names, way) }) {
				above, comma, found = i, s, true
				break search
			}
		}
	}
	if !found {
		if fallback >= 0 {
			above, comma = fallback, mostOf(lines[fallback], separators)
		}
	}
	h.records.comma = []byte{comma}
	for range above {
		if _, err := h.records.readLine(); err != nil {
			return h, err
		}
	}
	fields, err := h.records.next()
	if err != nil {
		return h, err
	}
	for _, f := range fields {
		h.names = append(h.names, strings.TrimSpace(string(f)))
	}
	// A comma at the end of the header is no column.
	for len(h.names) > 1 && h.names[len(h.names)-1] == "" {
		h.names = h.names[:len(h.names)-1]
	}
	return h, nil
}

// columnNames splits a header line that holds no line end inside quotes; nil if
// it cannot be split.
func columnNames(line string, comma byte) []string {
	r := records{comma: []byte{comma}, end: '\n', in: bufio.NewReader(strings.NewReader(""))}
	fields, err := r.split([]byte(line))
	if err != nil {
		return nil
	}
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = strings.TrimSpace(string(f))
	}
	return names
}

func containsAll(names, wanted []string) bool {
	for _, w := range wanted {
		if !slices.Contains(names, w) {
			return false
		}
	}
	return true
}

// mostOf is the separator that a line has most of.
func mostOf(line string, separators []byte) byte {
	best := separators[0]
	for _, s := range separators[1:] {
		if strings.Count(line, string(s)) > strings.Count(line, string(best)) {
			best = s
		}
	}
	return best
}

// next reads the fields of one row, as many as the header has names.
func (h *header) next() ([][]byte, error) {
	fields, err := h.records.next()
	if err != nil {
		return nil, err
	}
	for len(fields) > len(h.names) && len(bytes.TrimSpace(fields[len(fields)-1])) == 0 {
		fields = fields[:len(fields)-1]
	}
	if len(fields) != len(h.names) {
		return nil, fmt.Errorf("%w %d fields, and the header has %d; put fields that hold the separator %q into quotes, or upload the object again if it was cut off",
			errFields, len(fields), len(h.names), h.records.comma)
	}
	return fields, nil
}

var errFields = errors.New("it has")

// column finds the place of one column. The key is the policy's word for it.
func (r *Rows) column(names []string, key, name string) (int, error) {
	at := slices.Index(names, name)
	if at < 0 {
		return 0, fmt.Errorf("read %q: there is no column %q, %s; correct %s in the policy: %w", r.Object, name, listed(names), key, capacity.ErrBadData)
	}
	if slices.Contains(names[at+1:], name) {
		return 0, fmt.Errorf("read %q: there are two columns %q; rename one, or correct %s in the policy: %w", r.Object, name, key, capacity.ErrBadData)
	}
	return at, nil
}
