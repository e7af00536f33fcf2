package models

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
)

// MarshalText implements [encoding.TextMarshaler]: the number of rows, the
// sums, and the lower triangle of the products row by row, as little-endian
// float64 in base64. With p lags that is 4/3·8·(1 + (p+1) + (p+1)(p+2)/2)
// bytes, 12 kB for 45 lags.
func (m moments) MarshalText() ([]byte, error) {
	q := len(m.sums)
	raw := make([]byte, 0, 8*(1+q+q*(q+1)/2))
	put := func(values ...float64) {
		for _, v := range values {
			raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(v))
		}
	}
	put(m.rows)
	put(m.sums...)
	for i := range q {
		put(m.products[i*q : i*q+i+1]...)
	}
	return base64.StdEncoding.AppendEncode(nil, raw), nil
}

// UnmarshalText implements [encoding.TextUnmarshaler]: it reads nothing but
// what MarshalText wrote.
func (m *moments) UnmarshalText(text []byte) error {
	raw, err := base64.StdEncoding.Strict().AppendDecode(nil, text)
	if err != nil {
		return fmt.Errorf("moments of a regression: %w", err)
	}
	next := func() float64 {
		v := math.Float64frombits(binary.LittleEndian.Uint64(raw))
		raw = raw[8:]
		return v
	}
	q := 0
	for 8*(1+q+q*(q+1)/2) < len(raw) {
		q++
	}
	if len(raw) == 0 || 8*(1+q+q*(q+1)/2) != len(raw) {
		return fmt.Errorf("moments of a regression: %d bytes are those of no number of lags", len(raw))
	}
	*m = moments{rows: next(), sums: make([]float64, q), products: make([]float64, q*q)}
	for i := range m.sums {
		m.sums[i] = next()
	}
	for i := range q {
		for j := range i + 1 {
			v := next()
			m.products[i*q+j], m.products[j*q+i] = v, v
		}
	}
	return nil
}
