package history

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// errNoTime is a measurement that cannot be placed in time.
var errNoTime = errors.New("there is a value but no time; add the time or remove the value")

// isMissing reports whether a text is one of the usual ways to write that
// nothing was measured.
func isMissing(text string) bool {
	if len(text) > 4 {
		return false
	}
	switch strings.ToLower(text) {
	case "", "na", "n/a", "nan", "null", "none", "nil", `\n`, "-", "--":
		return true
	}
	return false
}

// A numberReader reads the numbers of one column of one object. Where the
// decimal mark is not given, it is recognised: of a number like 1.234 or 1,234
// alone it cannot be told whether the mark is a decimal one or one of thousands.
type numberReader struct {
	decimal byte // '.' or ','; 0 until it is known
	// lists says that the separator of columns is the comma, so that numbers are
	// written in English.
	english   bool
	ambiguous string // the first number that could be read either way
	sure      bool   // a number like 12.5 was read since
}

// newNumberReader reads the numbers of a column whose fields are separated by
// comma. Given is the decimal mark, or empty.
func newNumberReader(given string, comma byte) numberReader {
	r := numberReader{english: comma == ','}
	if given != "" {
		r.decimal, r.sure = given[0], true
	}
	return r
}

// read reads a number.
func (r *numberReader) read(text string) (float64, error) {
	switch {
	case r.decimal == 0 && !strings.Contains(text, ","):
		return r.plain(text)
	case r.decimal == '.' && r.sure && !strings.Contains(text, ","), r.decimal == ',' && !strings.ContainsAny(text, ",."):
		return parseNumber(text)
	}
	return r.marked(text)
}

// plain reads a number without a comma before the decimal mark is known.
func (r *numberReader) plain(text string) (float64, error) {
	v, err := parseNumber(text)
	if err == nil && !r.english && !r.sure {
		if dots := strings.Count(text, "."); dots == 1 {
			if !couldBeThousands(text, '.') {
				r.sure = true
			} else if r.ambiguous == "" {
				r.ambiguous = text
			}
		}
	}
	if err != nil && strings.Count(text, ".") > 1 && grouped(text, '.') {
		return r.marked(text)
	}
	return v, err
}

// marked reads a number with a comma, or with several points.
func (r *numberReader) marked(text string) (float64, error) {
	decimal := r.decimal
	if decimal == 0 {
		commas, points := strings.Count(text, ","), strings.Count(text, ".")
		switch {
		case commas == 1 && points == 0 && couldBeThousands(text, ','):
			return 0, fmt.Errorf("%.40q can be read as a fraction or as thousands; say which by demand.decimal (--decimal): \".\" or \",\"", text)
		case commas == 1 && points == 0, points > 0 && commas > 0 && strings.LastIndex(text, ",") > strings.LastIndex(text, "."), points > 1:
			decimal = ','
		default:
			decimal = '.'
		}
		if decimal == ',' && (r.sure || r.ambiguous != "") {
			return 0, fmt.Errorf("%.40q has another decimal mark than the numbers before; say which is right by demand.decimal (--decimal): \".\" or \",\"", text)
		}
	}
	thousands := byte(',')
	if decimal == ',' {
		thousands = '.'
	}
	whole, fraction, has := strings.Cut(text, string(decimal))
	if strings.IndexByte(whole, thousands) >= 0 {
		if !grouped(whole, thousands) {
			return 0, fmt.Errorf("%.40q is not a number; its thousands are not in groups of three digits: write it plainly, or correct demand.decimal", text)
		}
		whole = strings.ReplaceAll(whole, string(thousands), "")
	}
	if has {
		whole += "." + fraction
	}
	v, err := parseNumber(whole)
	if err != nil {
		return 0, fmt.Errorf("%.40q is not a number; leave the cell empty if nothing was measured", text)
	}
	r.decimal, r.sure = decimal, true
	return v, nil
}

// doubt is an error if the numbers that were read could mean a thousand times
// as much.
func (r *numberReader) doubt() error {
	if r.ambiguous == "" || r.sure {
		return nil
	}
	return fmt.Errorf("every number has three digits behind its point, such as %.40q: it can be a fraction, or the point can separate thousands; say which by demand.decimal (--decimal): \".\" or \",\"", r.ambiguous)
}

// couldBeThousands reports whether the only mark in a number has one to three
// digits before it, that do not start with zero, and three digits behind it.
func couldBeThousands(text string, mark byte) bool {
	before, behind, ok := strings.Cut(strings.TrimLeft(text, "+-"), string(mark))
	return ok && len(before) >= 1 && len(before) <= 3 && before[0] != '0' && len(behind) == 3 && digits(before) && digits(behind)
}

// grouped reports whether a number is in groups of three digits.
func grouped(text string, mark byte) bool {
	groups := strings.Split(strings.TrimLeft(text, "+-"), string(mark))
	for i, g := range groups {
		if !digits(g) || len(g) > 3 || len(g) == 0 || i > 0 && len(g) != 3 {
			return false
		}
	}
	return true
}

func digits(text string) bool { return strings.Trim(text, "0123456789") == "" }

// parseNumber reads a number with a decimal point.
func parseNumber(text string) (float64, error) {
	if isMissing(text) {
		return math.NaN(), nil
	}
	value, err := strconv.ParseFloat(text, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, fmt.Errorf("%.40q is out of range", text)
	case err != nil || strings.ContainsAny(text, "xX_"):
		return 0, fmt.Errorf("%.40q is not a number; leave the cell empty if nothing was measured", text)
	}
	return value, nil
}
