package main

import (
	"encoding/json"
	"path/filepath"
	"testing"
)

func TestWrongUsage(t *testing.T) {
	for name, test := range map[string]struct {
		args    []string
		message string
	}{
		"no command":      {nil, "no command"},
		"unknown command": {[]string{"postgres"}, `command "postgres"`},
		"unknown flag":    {[]string{"s3", "--bogus"}, "bogus"},
		"stray argument":  {[]string{"temporal", "file.db"}, `"file.db" is not a flag`},
		"no database":     {[]string{"temporal"}, "give one with --db"},
		"no keys":         {[]string{"s3", "--root", "data"}, "give them with --access and --secret"},
		"open to others":  {[]string{"temporal", "--db", "x.db", "--ip", "0.0.0.0"}, "not loopback"},
		"unknown type":    {[]string{"temporal", "--db", "x.db", "--search-attribute", "A=String"}, "use Bool, Datetime"},
		"untyped":         {[]string{"temporal", "--db", "x.db", "--search-attribute", "A"}, "NAME=Type"},
	} {
		t.Run(name, func(t *testing.T) { mustFail(t, 2, test.message, test.args...) })
	}
}

func TestVersion(t *testing.T) {
	status, stdout, stderr := outcome(t, "version", "--json")
	var got Versions
	if err := json.Unmarshal([]byte(stdout), &got); status != 0 || err != nil {
		t.Fatalf("status %d, %v: %q %q", status, err, stdout, stderr)
	}
	// The releases that were tried together.
	if got.Temporal != "1.32.1" || got.UI != "2.55.0" {
		t.Errorf("got %+v, want Temporal 1.32.1 and UI 2.55.0", got)
	}
}

// freshFile is the name of a file that does not exist yet.
func freshFile(t *testing.T, name string) string { return filepath.Join(t.TempDir(), name) }
