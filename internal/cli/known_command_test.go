package cli

import (
	"bytes"
	"strings"
	"testing"
)

// Names that are no commands, and flags that are none, end with exit code 2 and
// one line, also where help is asked for; help and versions end with 0.
func TestCalls(t *testing.T) {
	for call, want := range map[string]struct {
		code   int
		stdout string // begins so
		stderr string
	}{
		"nonsense":                      {exitUsage, "", `headroom: there is no command "nonsense": see --help`},
		"nonsense --help":               {exitUsage, "", `headroom: there is no command "nonsense": see --help`},
		"--help nonsense":               {exitUsage, "", `headroom: there is no command "nonsense": see --help`},
		"-h nonsense":                   {exitUsage, "", `headroom: there is no command "nonsense": see --help`},
		"help nonsense":                 {exitUsage, "", `headroom: there is no command "nonsense": see --help`},
		"help fleet nonsense":           {exitUsage, "", `headroom: there is no command "nonsense": see --help`},
		"fleet nonsense":                {exitUsage, "", `headroom: there is no command "nonsense": see --help`},
		"fleet nonsense --help":         {exitUsage, "", `headroom: there is no command "nonsense": see --help`},
		"audit --help nonsense":         {exitUsage, "", `headroom: there is no command "nonsense": see --help`},
		"completion nonsense":           {exitUsage, "", `headroom: there is no command "nonsense": see --help`},
		"forecst --help":                {exitUsage, "", `headroom: there is no command "forecst", did you mean forecast? see --help`},
		"forecast --nonsense":           {exitUsage, "", `headroom: there is no flag --nonsense: see --help`},
		"forecast -z":                   {exitUsage, "", `headroom: there is no flag -z: see --help`},
		"fleet --json plan policies":    {exitUsage, "", `headroom: there is no flag --json: see --help`},
		"forecast --horizon ten x.csv":  {exitUsage, "", `headroom: --horizon is "ten", write a whole number: see --help`},
		"forecast --level":              {exitUsage, "", `headroom: --level needs a value, write numbers, such as 80,95: see --help`},
		"pause --for soon":              {exitUsage, "", `headroom: --for is "soon", write a duration, such as 90m or 24h: see --help`},
		"pause --all=maybe":             {exitUsage, "", `headroom: --all is "maybe", write true or false, or leave the value out: see --help`},
		"version now":                   {exitUsage, "", `headroom: no arguments are wanted, got ["now"]: see --help`},
		"pause chat --why a\x00b":       {exitUsage, "", `headroom: --why is "a\x00b", write it on one line and without control characters: see --help`},
		"pause chat --why=a\x1b[2Jb":    {exitUsage, "", `headroom: --why is "a\x1b[2Jb", write it on one line and without control characters: see --help`},
		"check a\x07":                   {exitUsage, "", `headroom: argument 2 is "a\a", write it on one line and without control characters: see --help`},
		"override chat --clear a --bad": {exitUsage, "", `headroom: there is no flag --bad: see --help`},
		"":                              {exitDone, "Plans the capacity", ""},
		"--help":                        {exitDone, "Plans the capacity", ""},
		"help":                          {exitDone, "Plans the capacity", ""},
		"help fleet plan":               {exitDone, "Plans every service", ""},
		"fleet":                         {exitDone, "Retrains or plans", ""},
		"fleet plan --help":             {exitDone, "Plans every service", ""},
		"forecast x.csv --help":         {exitDone, "Forecasts every series", ""},
		"completion bash":               {exitDone, "# bash completion", ""},
		"__complete fle":                {exitDone, "fleet", "Completion ended"},
		"--version":                     {exitDone, "headroom ", ""},
		"version":                       {exitDone, "headroom ", ""},
		"version --json":                {exitDone, "{\n  \"version\": ", ""},
	} {
		var stdout, stderr bytes.Buffer
		code := Main(strings.Fields(call), &stdout, &stderr)
		if code != want.code || !strings.HasPrefix(stdout.String(), want.stdout) || want.stdout == "" && stdout.Len() > 0 {
			t.Errorf("headroom %q: exit code %d, stdout %.60q; want %d, %q", call, code, stdout.String(), want.code, want.stdout)
		}
		if got := strings.TrimSuffix(stderr.String(), "\n"); got != want.stderr && (code != exitDone || !strings.HasPrefix(got, want.stderr)) {
			t.Errorf("headroom %q: stderr\n%s\nwant\n%s", call, got, want.stderr)
		}
	}
}
