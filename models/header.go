package models

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"headroom/capacity"
)

// version is that of the stored form of every model. Raise it whenever the
// meaning of a stored field changes: old models are then refused, not misread.
const version = 1

// A header opens the stored form of every fitted model. The form is JSON, in
// which Go writes every float64 so that the same bits are read back.
type header struct {
	Model   string
	Version int
	Step    time.Duration
}

// decode reads the stored form of the model of that name into fitted, whose
// header is h. Anything else is an ErrBadData.
func decode(data []byte, name string, h *header, fitted any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(fitted); err != nil {
		return bad(name, err.Error())
	}
	if _, err := d.Token(); err != io.EOF {
		return bad(name, "something follows the model")
	}
	switch {
	case h.Model != name:
		return bad(name, fmt.Sprintf("it is of model %q", h.Model))
	case h.Version != version:
		return bad(name, fmt.Sprintf("it has version %d and only %d is known, train again", h.Version, version))
	case h.Step <= 0:
		return bad(name, fmt.Sprintf("its step is %v", h.Step))
	}
	return nil
}

// bad is the ErrBadData that says why a stored model cannot be used.
func bad(name, why string) error {
	return fmt.Errorf("load model %q: %s: %w", name, why, capacity.ErrBadData)
}
