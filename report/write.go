package report

import (
	"bytes"
	"html/template"
	"io"
	"unicode"
)

// render executes a page and writes it. Characters that a page shows as nothing, or by
// which the order of others changes, come from stored texts: each is shown as one that
// is unknown.
func render(w io.Writer, page *template.Template, view any) error {
	var b bytes.Buffer
	if err := page.Execute(&b, view); err != nil {
		return err
	}
	_, err := w.Write(bytes.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r) {
			return unicode.ReplacementChar
		}
		return r
	}, b.Bytes()))
	return err
}
