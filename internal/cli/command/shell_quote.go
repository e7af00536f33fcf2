package command

import (
	"regexp"
	"strings"
)

var shellPlain = regexp.MustCompile(`^[A-Za-z0-9_./:@%+=,-]+$`)

// ShellQuote writes a text so that a shell reads it as that text.
func ShellQuote(text string) string {
	if shellPlain.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
