package history

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// maxRecord is the most bytes of a record: a quote that is never closed must
// not take the rest of an object into memory.
const maxRecord = 1 << 20

// records splits CSV into records by RFC 4180. Lines end in a line feed, a
// carriage return, or both; blank lines are no records. A record without quotes
// is not copied.
type records struct {
	in     *bufio.Reader
	comma  []byte
	end    byte // of a line
	read   int  // lines that were read
	line   int  // the line on which the last record starts, from 1
	fields [][]byte
	quoted []byte // a record with quotes, over all its lines
}

// newRecords reads from in, whose buffer bounds the length of a line.
func newRecords(in *bufio.Reader) *records {
	r := &records{in: in, comma: []byte{','}, end: '\n'}
	head, _ := in.Peek(sniffed) // a shorter object has fewer bytes to peek at
	if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		r.end = '\r'
	}
	return r
}

// next reads one record. Its fields hold until the next call.
func (r *records) next() ([][]byte, error) {
	for {
		line, err := r.readLine()
		if err != nil {
			return nil, err
		}
		r.line = r.read
		if len(bytes.TrimSpace(line)) > 0 {
			return r.split(line)
		}
	}
}

// split splits a line, and those after it if it ends inside quotes.
func (r *records) split(line []byte) ([][]byte, error) {
	r.fields = r.fields[:0]
	if bytes.IndexByte(line, '"') >= 0 {
		return r.unquote(line)
	}
	for text := trimEnd(line); ; {
		field, rest, more := bytes.Cut(text, r.comma)
		r.fields = append(r.fields, field)
		if !more {
			return r.fields, nil
		}
		text = rest
	}
}

// readLine reads a line with its end.
func (r *records) readLine() ([]byte, error) {
	line, err := r.in.ReadSlice(r.end)
	r.read++
	if r.read == 1 {
		line = bytes.TrimPrefix(line, []byte("\ufeff")) // spreadsheets begin files so
	}
	switch {
	case err == nil, errors.Is(err, io.EOF) && len(line) > 0:
		return line, nil
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, errLong
	}
	return nil, err
}

var (
	errLong  = fmt.Errorf("the record is longer than %d bytes; check its quotes and line ends", maxRecord)
	errOpen  = errors.New("a quote is opened and never closed; close it")
	errStray = errors.New("a quote stands inside a field; put the whole field into quotes and double those inside")
)

// unquote reads on until all quotes are closed, and splits.
func (r *records) unquote(line []byte) ([][]byte, error) {
	r.quoted = append(r.quoted[:0], line...)
	for quotes := bytes.Count(line, []byte{'"'}); quotes%2 == 1; {
		line, err := r.readLine()
		switch {
		case errors.Is(err, io.EOF):
			return nil, errOpen
		case err != nil:
			return nil, err
		case len(r.quoted)+len(line) > maxRecord:
			return nil, errLong
		}
		quotes += bytes.Count(line, []byte{'"'})
		r.quoted = append(r.quoted, line...)
	}
	for text := trimEnd(r.quoted); ; {
		if blank := len(text) - len(bytes.TrimLeft(text, " ")); blank < len(text) && text[blank] == '"' {
			text = text[blank:] // spaces before a quoted field mean nothing
		}
		if len(text) == 0 || text[0] != '"' {
			field, rest, more := bytes.Cut(text, r.comma)
			if bytes.IndexByte(field, '"') >= 0 {
				return nil, errStray
			}
			r.fields = append(r.fields, field)
			if !more {
				return r.fields, nil
			}
			text = rest
			continue
		}
		field, length := unescape(text)
		r.fields = append(r.fields, field)
		switch rest := bytes.TrimLeft(text[length:], " "); {
		case len(rest) == 0:
			return r.fields, nil
		case rest[0] != r.comma[0]:
			return nil, errStray
		default:
			text = rest[1:]
		}
	}
}

// unescape is the field in quotes that text starts with, written over it, and
// how many bytes it took.
func unescape(text []byte) (field []byte, length int) {
	field = text[1:1]
	for i := 1; i < len(text); i++ {
		if text[i] == '"' {
			if i+1 == len(text) || text[i+1] != '"' {
				return field, i + 1
			}
			i++
		}
		field = append(field, text[i])
	}
	return field, len(text)
}

// trimEnd takes the end off a line.
func trimEnd(line []byte) []byte { return bytes.TrimRight(line, "\r\n") }
