package devstack

import (
	"errors"
	"path/filepath"
	"testing"
)

func TestFindSource(t *testing.T) {
	root := t.TempDir()
	checkout := filepath.Join(root, "checkout")
	write(t, filepath.Join(checkout, "devserver", "go.mod"), "// the servers\nmodule headroom/devserver\n\ngo 1.26\n")
	write(t, filepath.Join(root, "other", "devserver", "go.mod"), "module example.com/devserver\n")
	deep := filepath.Join(checkout, "internal", "deep")
	write(t, filepath.Join(deep, "x.go"), "package deep\n")

	for name, test := range map[string]struct {
		from []string
		want string
	}{
		"in the checkout":           {[]string{checkout}, filepath.Join(checkout, "devserver")},
		"below it":                  {[]string{deep}, filepath.Join(checkout, "devserver")},
		"in the source itself":      {[]string{filepath.Join(checkout, "devserver")}, filepath.Join(checkout, "devserver")},
		"only from the second":      {[]string{root, deep}, filepath.Join(checkout, "devserver")},
		"another module's folder":   {[]string{filepath.Join(root, "other")}, ""},
		"outside of every checkout": {[]string{root}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := findSource(test.from)
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if (test.want == "") != errors.Is(err, errNoSource) {
				t.Errorf("got error %v", err)
			}
		})
	}
}

func TestSettingsSource_Wrong(t *testing.T) {
	_, err := Settings{Source: t.TempDir()}.source()
	checkError(t, err, "no go.mod of module headroom/devserver")
	checkError(t, err, "install Go")
}
