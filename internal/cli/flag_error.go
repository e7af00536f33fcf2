package cli

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"headroom/internal/cli/command"
)

// flagError puts a mistake in the flags into words: the flag, what was given,
// and what is wanted.
func flagError(_ *cobra.Command, err error) error {
	var (
		none    *pflag.NotExistError
		value   *pflag.ValueRequiredError
		invalid *pflag.InvalidValueError
		syntax  *pflag.InvalidSyntaxError
	)
	switch {
	case errors.As(err, &none):
		return fmt.Errorf("there is no flag %s: %w", dashed(none.GetSpecifiedName(), none.GetSpecifiedShortnames() != ""), command.ErrUsage)
	case errors.As(err, &value):
		return fmt.Errorf("--%s needs a value, write %s: %w", value.GetFlag().Name, wanted(value.GetFlag()), command.ErrUsage)
	case errors.As(err, &invalid):
		return fmt.Errorf("--%s is %q, write %s: %w", invalid.GetFlag().Name, invalid.GetValue(), wanted(invalid.GetFlag()), command.ErrUsage)
	case errors.As(err, &syntax):
		return fmt.Errorf("%q is no flag: %w", syntax.GetSpecifiedFlag(), command.ErrUsage)
	}
	return fmt.Errorf("%w: %w", err, command.ErrUsage)
}

// dashed is a flag as it was written.
func dashed(name string, short bool) string {
	if short {
		return "-" + name
	}
	return "--" + name
}

// wanted says what a flag takes.
func wanted(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "bool":
		return "true or false, or leave the value out"
	case "int":
		return "a whole number"
	case "uint64":
		return "a whole number that is not negative"
	case "float32", "float64":
		return "a number"
	case "intSlice":
		return "whole numbers, such as 24,168"
	case "float64Slice":
		return "numbers, such as 80,95"
	case "duration":
		return "a duration, such as 90m or 24h"
	}
	return "a text"
}

// longestWord is how many characters of a word a message keeps.
const longestWord = 400

// printable is a message without the characters that steer a terminal, which may
// come from arguments and files, and without the ends of words that are longer
// than any name. It may have several lines.
func printable(text string) string {
	var b strings.Builder
	word := 0
	for _, r := range text {
		if word++; unicode.IsSpace(r) {
			word = 0
		}
		switch {
		case word == longestWord:
			b.WriteString("…")
		case word > longestWord:
		case r == '\n' || r == '\t' || unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "\\u%04x", r)
		}
	}
	return b.String()
}
