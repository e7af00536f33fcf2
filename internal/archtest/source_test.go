package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is what the import paths of this module start with.
const module = "headroom/"

// A source is one Go file of the module.
type source struct {
	path  string // slash-separated, from the module's root
	lines int
	ast   *ast.File
}

func (f source) folder() string { return path.Dir(f.path) }

func (f source) test() bool { return strings.HasSuffix(f.path, "_test.go") }

func (f source) imports() []string {
	var all []string
	for _, spec := range f.ast.Imports {
		if name, err := strconv.Unquote(spec.Path.Value); err == nil {
			all = append(all, name)
		}
	}
	return all
}

// mustRead parses the Go files of the module at root, in the order of their
// paths. It reads them itself: "go test" sees what a test reads, and would
// serve a stale pass if this asked "go list" instead. Nested modules,
// testdata and hidden folders are left out.
func mustRead(tb testing.TB, root fs.FS) []source {
	tb.Helper()
	var files []source
	set := token.NewFileSet()
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != ".":
			_, err := fs.Stat(root, name+"/go.mod")
			if nested := err == nil; nested || entry.Name() == "testdata" || strings.HasPrefix(entry.Name(), ".") || strings.HasPrefix(entry.Name(), "_") {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(set, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files = append(files, source{name, strings.Count(string(text), "\n"), parsed})
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	if len(files) == 0 {
		tb.Fatal("no Go file was found, so nothing would be checked")
	}
	return files
}

// folders lists the folders of the files, each once, in order.
func folders(files []source) []string {
	var all []string
	for _, f := range files {
		all = append(all, f.folder())
	}
	slices.Sort(all)
	return slices.Compact(all)
}
