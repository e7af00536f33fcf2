package capacity

import (
	"strconv"
	"strings"
	"unicode"
)

// Printable is a text that somebody else wrote, for terminals, records and notices: control
// and formatting characters, which could move the cursor or hide what follows, are written
// as escapes.
func Printable(text string) string {
	text = strings.ToValidUTF8(text, "\ufffd")
	odd := func(r rune) bool { return !unicode.IsPrint(r) }
	if strings.IndexFunc(text, odd) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if odd(r) {
			quoted := strconv.QuoteToASCII(string(r))
			b.WriteString(quoted[1 : len(quoted)-1])
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
