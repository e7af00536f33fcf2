package archtest

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// maxLines is where a file stops being one noun or one verb.
const maxLines = 400

// forbidden names say where code was dropped, not what it is.
var forbidden = []string{"base", "common", "constants", "helper", "helpers", "interfaces", "misc", "shared", "types", "util", "utils"}

func TestForm(t *testing.T) {
	files := mustRead(t, os.DirFS("../.."))
	report(t, longFiles(files))
	report(t, forbiddenNames(files))
	report(t, undocumented(files))
}

func longFiles(files []source) []string {
	var broken []string
	for _, f := range files {
		if f.lines > maxLines {
			broken = append(broken, fmt.Sprintf("%s has %d lines, at most %d are allowed: split it by noun or verb", f.path, f.lines, maxLines))
		}
	}
	return broken
}

func forbiddenNames(files []source) []string {
	var broken []string
	for _, folder := range folders(files) {
		if slices.Contains(forbidden, path.Base(folder)) {
			broken = append(broken, fmt.Sprintf("folder %s: name it after what it holds", folder))
		}
	}
	for _, f := range files {
		if slices.Contains(forbidden, strings.TrimSuffix(f.ast.Name.Name, "_test")) {
			broken = append(broken, fmt.Sprintf("%s is in package %s: name it after what it holds", f.path, f.ast.Name.Name))
		}
		if slices.Contains(forbidden, strings.TrimSuffix(path.Base(f.path), ".go")) {
			broken = append(broken, fmt.Sprintf("%s: name the file after the noun or verb that it holds", f.path))
		}
	}
	return broken
}

// undocumented lists the packages that do not have exactly one doc comment.
func undocumented(files []source) []string {
	documented := map[string][]string{}
	for _, f := range files {
		if !f.test() && f.ast.Doc.Text() != "" {
			documented[f.folder()] = append(documented[f.folder()], f.path)
		}
	}
	var broken []string
	for _, folder := range folders(files) {
		switch in := documented[folder]; len(in) {
		case 0:
			broken = append(broken, fmt.Sprintf("package %s has no doc comment: say in one file what it is for", folder))
		case 1:
		default:
			broken = append(broken, fmt.Sprintf("package %s has %d doc comments (%s): keep one", folder, len(in), strings.Join(in, ", ")))
		}
	}
	return broken
}
