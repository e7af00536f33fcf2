package panel

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math"
	"strconv"
)

// A Writer writes the long format: unique_id, ds and one column for each name.
type Writer struct {
	out  *bufio.Writer
	text []byte
}

// NewWriter writes to out, the header first. [Writer.Flush] ends it.
func NewWriter(out io.Writer, names []string) (*Writer, error) {
	w := &Writer{out: bufio.NewWriterSize(out, 1<<16), text: []byte("unique_id,ds")}
	for _, name := range names {
		w.text = quote(append(w.text, ','), name)
	}
	return w, w.line()
}

// Continue writes the steps that follow the last of s: columns[i][t] is column
// i of step t. The columns are as many as the names, and of one length.
func (w *Writer) Continue(s Series, columns [][]float64) error {
	for t := range columns[0] {
		w.text = quote(w.text[:0], s.ID)
		w.text = s.AppendTime(append(w.text, ','), s.Len()+t)
		for _, column := range columns {
			// Plain digits, unless they would be only zeros.
			verb := byte('f')
			if v := column[t]; v != 0 && (math.Abs(v) < 1e-5 || math.Abs(v) >= 1e21) {
				verb = 'g'
			}
			w.text = strconv.AppendFloat(append(w.text, ','), column[t], verb, -1, 64)
		}
		if err := w.line(); err != nil {
			return err
		}
	}
	return nil
}

// Flush writes what is still buffered.
func (w *Writer) Flush() error {
	if err := w.out.Flush(); err != nil {
		return fmt.Errorf("write the forecasts: %w", err)
	}
	return nil
}

func (w *Writer) line() error {
	if _, err := w.out.Write(append(w.text, '\n')); err != nil {
		return fmt.Errorf("write the forecasts: %w", err)
	}
	return nil
}

// quote appends a field, in quotes if it must be.
func quote(dst []byte, field string) []byte {
	start := len(dst)
	dst = append(dst, field...)
	if !bytes.ContainsAny(dst[start:], "\",\r\n") {
		return dst
	}
	escaped := bytes.ReplaceAll(dst[start:], []byte(`"`), []byte(`""`))
	dst = append(append(dst[:start], '"'), escaped...)
	return append(dst, '"')
}
