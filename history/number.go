package history

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// errNoTime is a measurement that nobody can place.
var errNoTime = errors.New("there is a value but no time; add the time or remove the value")

// parseNumber reads a decimal number, or NaN for a missing one.
func parseNumber(text string) (float64, error) {
	value, err := strconv.ParseFloat(text, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, fmt.Errorf("%.40q is out of range", text)
	case err != nil || strings.ContainsAny(text, "xX_"):
		return 0, fmt.Errorf("%.40q is not a number; leave the cell empty if nothing was measured", text)
	}
	return value, nil
}
