package main

import (
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A sheet is a CSV file with a header line.
type sheet struct {
	name    string
	columns []string
	rows    [][]string
}

// read opens a CSV file of the data folder, compressed if its name says so.
func read(folder, name string) (sheet, error) {
	f, err := os.Open(filepath.Join(folder, filepath.FromSlash(name)))
	if err != nil {
		return sheet{}, fmt.Errorf("read the data, which bench/README.md says how to get: %w", err)
	}
	defer f.Close()
	var in io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			return sheet{}, fmt.Errorf("unpack %s: %w", name, err)
		}
	}
	c := csv.NewReader(in)
	c.TrimLeadingSpace = true
	rows, err := c.ReadAll()
	if err != nil {
		return sheet{}, fmt.Errorf("read %s: %w", name, err)
	}
	if len(rows) < 2 {
		return sheet{}, fmt.Errorf("read %s: it has no rows", name)
	}
	return sheet{name, rows[0], rows[1:]}, nil
}

// column is the place of a column.
func (s sheet) column(name string) (int, error) {
	i := slices.Index(s.columns, name)
	if i < 0 {
		return 0, fmt.Errorf("%s has no column %q but %s", s.name, name, strings.Join(s.columns, ", "))
	}
	return i, nil
}

// number is a cell; an empty one is NaN.
func (s sheet) number(row, column int) (float64, error) {
	text := strings.TrimSpace(s.rows[row][column])
	if text == "" {
		return math.NaN(), nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, fmt.Errorf("%s, line %d, column %q: %w", s.name, row+2, s.columns[column], err)
	}
	return v, nil
}

// series splits a long file by its column unique_id, and takes one column of
// values. The names are in the order of the file.
func (s sheet) series(values string) (names []string, byName map[string][]float64, err error) {
	id, err := s.column("unique_id")
	if err != nil {
		return nil, nil, err
	}
	value, err := s.column(values)
	if err != nil {
		return nil, nil, err
	}
	byName = map[string][]float64{}
	for i, cells := range s.rows {
		v, err := s.number(i, value)
		if err != nil {
			return nil, nil, err
		}
		name := cells[id]
		if _, seen := byName[name]; !seen {
			names = append(names, name)
		}
		byName[name] = append(byName[name], v)
	}
	return names, byName, nil
}
