package capacity

import "errors"

// A Code says in a word or two why something was refused, left out or given up
// on the way to a forecast. The list is closed, and docs/reasons.md tells of
// each what Headroom then does, and what helps. Where an error of this package
// stands behind a code, the code is its text: so a message that wraps the error
// ends with the code.
type Code string

// The codes of a series.
const (
	CodeBadSeries    Code = "bad series"
	CodeNoData       Code = "no data"
	CodeTooShort     Code = "too little history"
	CodeAllZero      Code = "nothing but zeros"
	CodeConstant     Code = "nothing but one value"
	CodeIntermittent Code = "intermittent"
)

// The codes of a model.
const (
	CodeNotFinite Code = "not finite"
	CodeNegative  Code = "negative"
	CodeExploded  Code = "exploded"
	CodeFailed    Code = "not forecastable"
	CodeWorse     Code = "worse than the baseline"
)

// The codes of a champion.
const (
	CodeNone       Code = "not found"
	CodeUnreadable Code = "unreadable data"
	CodeDrifting   Code = "drifting"
	CodeNotCovered Code = "not covered"
	CodeStale      Code = "stale"
)

// What a model's forecast may be. Each is an [ErrNotForecastable].
var (
	// ErrNotFinite: a step is NaN or infinite.
	ErrNotFinite error = notForecastable(CodeNotFinite)
	// ErrNegative: a step is below zero.
	ErrNegative error = notForecastable(CodeNegative)
	// ErrExploded: it leaves the range of the load that was measured.
	ErrExploded error = notForecastable(CodeExploded)
)

// notForecastable says in which way something is not forecastable.
type notForecastable Code

func (e notForecastable) Error() string { return string(e) }

// Unwrap lets errors.Is find what it is a kind of.
func (e notForecastable) Unwrap() error { return ErrNotForecastable }

// coded are the errors that have a code, of two that may stand in one error the
// one that tells more first.
var coded = []struct {
	err  error
	code Code
}{
	{ErrNotFinite, CodeNotFinite},
	{ErrNegative, CodeNegative},
	{ErrExploded, CodeExploded},
	{ErrNotForecastable, CodeFailed},
	{ErrAllZero, CodeAllZero},
	{ErrConstant, CodeConstant},
	{ErrTooShort, CodeTooShort},
	{ErrNoData, CodeNoData},
	{ErrBadSeries, CodeBadSeries},
	{ErrBadData, CodeUnreadable},
	{ErrNotFound, CodeNone},
}

// CodeOf is the code of err, empty if it has none.
func CodeOf(err error) Code {
	for _, c := range coded {
		if errors.Is(err, c.err) {
			return c.code
		}
	}
	return ""
}

// Note is a text for people that begins with the code.
func (c Code) Note(text string) string { return string(c) + ": " + text }
