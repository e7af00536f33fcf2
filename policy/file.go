package policy

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"unicode"

	"headroom/capacity"
)

// A Default is something that a policy file left out and that Parse filled in.
type Default struct {
	Key   string // the full path, such as "control.approval.expires"
	Value string // as it would be written in the file
	Why   string // why this is what most services want
}

// A mistake is one thing wrong with a file.
type mistake struct {
	line  int
	where string // file and line, or the override that brought it
	key   string // the full path, or "" for the file as a whole
	text  string // what is wrong; what to do
}

func (m mistake) Error() string {
	if m.key == "" {
		return m.where + ": " + m.text
	}
	return m.where + ": " + m.key + ": " + m.text
}

// Unwrap makes every mistake an ErrBadPolicy without repeating its text.
func (m mistake) Unwrap() error { return capacity.ErrBadPolicy }

// A file collects what is learnt about a policy file while it is read.
type file struct {
	name      string
	folder    fs.FS      // that the file is in; nil: it is in none
	others    []string   // files of the folder that were read as well; their lines are after each other's
	catalogue *catalogue // of the folder, once a pool names a price; else nil
	overrides []Override // whose nodes stand on the lines from overridden on
	mistakes  []mistake
	defaults  []Default
}

func (f *file) wrong(line int, key, format string, args ...any) {
	where := f.place(line)
	if o := f.override(line); o != nil {
		where = "--set " + o.Key
		if key == o.Key {
			key = ""
		}
	}
	f.mistakes = append(f.mistakes, mistake{line, where, key, fmt.Sprintf(format, args...)})
}

// otherFile is how far the lines of one file are from those of the next: no file, with
// its overrides, has so many.
const otherFile = 1 << 20

// place is the file and the line in it that a line stands for.
func (f *file) place(line int) string {
	if i := line / otherFile; 0 < i && i <= len(f.others) {
		return fmt.Sprintf("%s:%d", f.others[i-1], line%otherFile)
	}
	return fmt.Sprintf("%s:%d", f.name, line)
}

// on says where something stands, inside a sentence.
func (f *file) on(line int) string {
	if o := f.override(line); o != nil {
		return "in --set " + o.Key
	}
	if line >= otherFile {
		return "at " + f.place(line)
	}
	return fmt.Sprintf("on line %d", line)
}

// mostMistakes is how many mistakes of one file are reported: more are no typing
// errors.
const mostMistakes = 50

// err joins the mistakes in the order of their lines.
func (f *file) err() error {
	slices.SortStableFunc(f.mistakes, func(a, b mistake) int { return cmp.Compare(a.line, b.line) })
	var all []error
	for _, m := range f.mistakes[:min(len(f.mistakes), mostMistakes)] {
		all = append(all, m)
	}
	if more := len(f.mistakes) - mostMistakes; more > 0 {
		all = append(all, fmt.Errorf("%s: %d more mistakes; correct the first %d, and check again: %w", f.name, more, mostMistakes, capacity.ErrBadPolicy))
	}
	return errors.Join(all...)
}

// shorten keeps a text of the file short and on one line inside a message.
func shorten(text string) string {
	const longest = 60
	clean := []rune(text)
	if len(clean) > longest {
		clean = append(clean[:longest], '…')
	}
	if slices.ContainsFunc(clean, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(string(clean))
	}
	return string(clean)
}
