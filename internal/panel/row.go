package panel

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
)

// A row is one measurement of a series.
type row struct {
	tick int64
	y    float64
	line int
}

// row reads one row.
func (r *Reader) row() ([][]byte, row, error) {
	fields, err := r.records.next()
	if err != nil {
		return nil, row{}, r.fault(err)
	}
	if len(fields) < r.width {
		return nil, row{}, r.fault(fmt.Errorf("the row has %d fields and the header asks for %d, complete it", len(fields), r.width))
	}
	ds := bytes.TrimSpace(fields[r.ds])
	if r.form.zone == nil {
		if r.form, err = recognise(ds, r.settings.Step, r.settings.Zone); err != nil {
			return nil, row{}, r.fault(fmt.Errorf("ds is %.40q, %w", ds, err))
		}
	}
	tick, zone, err := r.form.tick(ds)
	if err != nil {
		return nil, row{}, r.fault(fmt.Errorf("ds is %.40q, but %w", ds, err))
	}
	if zone != nil {
		r.form.zone = zone
	}
	y, err := number(bytes.TrimSpace(fields[r.y]))
	if err != nil {
		return nil, row{}, r.fault(err)
	}
	return fields, row{tick, y, r.records.line}, nil
}

// number reads a y: NaN for a gap.
func number(y []byte) (float64, error) {
	if len(y) == 0 || string(y) == "NA" {
		return math.NaN(), nil
	}
	v, err := strconv.ParseFloat(string(y), 64)
	switch {
	case err != nil:
		return 0, fmt.Errorf("y is %.40q, write a number, or nothing for a gap", y)
	case math.IsInf(v, 0):
		return 0, fmt.Errorf("y is %.40q, write a finite number, or nothing for a gap", y)
	case v < 0:
		return 0, fmt.Errorf("y is %.40q, but demand is never negative: correct it, or write nothing for a gap", y)
	}
	return v, nil
}
