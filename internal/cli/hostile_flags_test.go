package cli

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// calls are arguments with which each command runs into no mistake of its own,
// up to a server that does not answer. A new command needs a row.
var calls = map[string]string{
	"abort":            "chat --why test",
	"approve":          "chat 0123456789ab",
	"audit head":       "chat --key key.pem",
	"audit show":       "chat",
	"audit verify":     "chat",
	"backtest":         "panel.csv --horizon 3 --origins 2",
	"check":            "chat.yaml",
	"codec key":        "",
	"codec worker-key": "",
	"codec public-key": "",
	"codec serve":      "", // only flags that are refused, since it serves until it is stopped
	"demo":             "",
	"dev":              "",
	"event":            "chat launch",
	"explain":          "chat",
	"fleet plan":       "policies",
	"fleet retrain":    "policies",
	"forecast":         "panel.csv --horizon 3",
	"live off":         "chat --why test",
	"live on":          "chat",
	"live status":      "",
	"override":         "chat --units 4 --why test",
	"pause":            "chat --why test",
	"policy apply":     "policies",
	"policy show":      "chat",
	"plan":             "--offline -f chat.yaml --history load.csv",
	"regret":           "policies",
	"reject":           "chat 0123456789ab",
	"report":           "chat",
	"resume":           "chat --why test",
	"restore":          "chat",
	"retrain":          "chat",
	"schedules list":   "",
	"schedules sync":   "policies --dry-run",
	"simulate":         "-f chat.yaml --trace short.csv",
	"status":           "chat",
	"version":          "",
	"workers list":     "",
	"workers move":     "--from 1",
	"workers promote":  "1",
	"workers targets":  "",
}

// serving are the commands that run until they are stopped: they are called only
// with what has to be refused.
var serving = map[string]bool{"codec serve": true, "demo": true, "dev": true}

// hostile are values that are at the ends of a type, beyond them, or none of it.
func hostile(kind string) (wrong, odd []string) {
	garbage := []string{"abc", "", " ", "1;2", "0x1p", "1\n2", "\x00", "\x1b[31m1", "１２", "1e", "--"}
	switch kind {
	case "bool":
		return append(garbage, "2", "yes"), []string{"true", "false"}
	case "int":
		return append(garbage, "9223372036854775808", "-9223372036854775809", "1.5", "1e3", "NaN"),
			[]string{"-1", "0", "1", "2000000000", "-2000000000", "9223372036854775807", "-9223372036854775808", "100001", "65536"}
	case "uint64":
		return append(garbage, "-1", "18446744073709551616", "1.5"), []string{"0", "18446744073709551615"}
	case "float64", "float32":
		return garbage, []string{"NaN", "Inf", "-Inf", "1e308", "-1e308", "1e-320", "-0", "0", "-1", "100", "99.9999999999999"}
	case "duration":
		return append(garbage, "1", "9999999999h", "NaN"), []string{"-1h", "0", "1ns", "-1ns", "2562047h47m16.854775807s", "-2562047h47m16s", "87600h"}
	case "intSlice":
		return []string{"abc", "1,abc", "9223372036854775808", "1;2", "1,2.5", "\x00"}, []string{"", "0", "-1", "24,24", "168,24", "1,2,3", "2000000000", "2,9223372036854775807", "1", strings.Repeat("1,", 9999) + "1"}
	case "float64Slice":
		return []string{"abc", "1,abc", "1;2", "\x00"}, []string{"", "0", "NaN", "Inf", "-1", "0.5,0.5", "1e-320", "0.9999999999999999", "99.9999999999999", strings.Repeat("0.25,", 9999) + "0.75"}
	default:
		return nil, []string{
			"", " ", "abc", "-", "--", ".", "none/such.yaml", "a\nb", "\x00", "\x1b[31mred", "\xff\xfe", "/dev/null", "=", "a=b", "capacity.pools[99999999999].min=1", "objective.missing=1e400",
			"2026-03-02T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "-1", "1e400", "NaN%", strings.Repeat("long", 50_000),
		}
	}
}

// TestHostileFlags gives every flag of every command values that are wrong or at
// the end of what its type holds: the command ends within ten seconds, without a
// panic, with one line that names the flag, and exit code 2 if the value cannot
// be one of the flag. With -short each flag gets some of them.
func TestHostileFlags(t *testing.T) {
	hostileFolder(t)
	n, called := 0, 0
	for _, c := range leaves(rootCommand()) {
		path := strings.TrimPrefix(c.CommandPath(), "headroom ")
		call, known := calls[path]
		if !known {
			t.Errorf("headroom %s has no row in calls", path)
		}
		c.Flags().VisitAll(func(f *pflag.Flag) {
			wrong, odd := hostile(f.Value.Type())
			if serving[path] {
				odd = nil
				if f.Value.Type() == "int" {
					odd = []string{"-1", "65536", "2000000000"}
				}
			}
			for i, value := range append(wrong, odd...) {
				if n++; testing.Short() && n%11 != 0 {
					continue
				}
				called++
				args := append(strings.Fields(path), strings.Fields(call)...)
				code, said := tryCall(t, append(args, fmt.Sprintf("--%s=%s", f.Name, value)))
				shown := fmt.Sprintf("headroom %s %s --%s=%.60q: exit code %d, %.300q", path, call, f.Name, value, code, said)
				if i < len(wrong) || serving[path] {
					if code != exitUsage || !strings.Contains(said, "--"+f.Name) {
						t.Errorf("%s; want exit code 2 and the flag's name", shown)
					}
				}
				if numeric := !slices.Contains([]string{"bool", "string", "stringArray", "stringSlice"}, f.Value.Type()); numeric && code == exitUsage && !strings.Contains(said, "--"+f.Name) {
					t.Errorf("%s; want the flag's name", shown)
				}
			}
		})
	}
	t.Logf("%d calls", called)
}

// tryCall is one call, which may not panic, take long or say what no user
// understands.
func tryCall(t *testing.T, args []string) (code int, said string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	start := time.Now()
	func() {
		defer func() {
			if r := recover(); r != nil {
				t.Errorf("headroom %.200q: panic: %v", args, r)
			}
		}()
		code = Main(args, &stdout, &stderr)
	}()
	said = stderr.String()
	shown := fmt.Sprintf("headroom %.200q: exit code %d, %.300q", args, code, said)
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("%s; it took %v", shown, took)
	}
	if code < exitDone || code > exitUsage {
		t.Errorf("%s; want exit code 0, 1 or 2", shown)
	}
	last := said[strings.LastIndex(strings.TrimSuffix(said, "\n"), "\n")+1:]
	if code != exitDone && (!strings.HasPrefix(last, "headroom: ") || len(last) > 2000) {
		t.Errorf("%s; want one line for the mistake, of bearable length, and not %d bytes", shown, len(last))
	}
	for _, internal := range []string{"strconv.", "parsing \"", "goroutine", "%!", "runtime error", "reflect", "\x1b", "\x00"} {
		if strings.Contains(said, internal) {
			t.Errorf("%s; it contains %q", shown, internal)
		}
	}
	return code, said
}

// leaves are the commands that do something.
func leaves(c *cobra.Command) []*cobra.Command {
	if !c.HasSubCommands() {
		c.InitDefaultHelpFlag()
		return []*cobra.Command{c}
	}
	var all []*cobra.Command
	for _, sub := range c.Commands() {
		all = append(all, leaves(sub)...)
	}
	return all
}

// hostileFolder makes a folder with the files that calls name the current one.
// There is no Temporal, and an S3 server that holds nothing.
func hostileFolder(t *testing.T) {
	t.Helper()
	empty := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>`)
	}))
	t.Cleanup(empty.Close)
	for key, value := range map[string]string{
		"TEMPORAL_ADDRESS": "127.0.0.1:1", "HEADROOM_S3_ENDPOINT": empty.URL, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
	} {
		t.Setenv(key, value)
	}
	t.Chdir(t.TempDir())
	const policy = `service: chat
demand: {source: "file:///none/", time: ts, value: requests, aggregate: sum, step: 1h, timezone: UTC}
capacity:
  pools: [{name: g5, target: "sim://chat?leadTime=4m", unitRate: 20, min: 1, max: 100, price: 1, leadTime: 4m}]
objective: {missing: 40}
`
	start := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	var panel, load bytes.Buffer
	fmt.Fprintln(&panel, "unique_id,ds,y")
	fmt.Fprintln(&load, "ts,requests")
	for h := range 3 * 24 {
		at := start.Add(time.Duration(h) * time.Hour).Format(time.RFC3339)
		fmt.Fprintf(&panel, "chat,%s,%d\n", at, 100+h%24)
		fmt.Fprintf(&load, "%s,%d\n", at, 100_000+5000*(h%24))
	}
	for name, text := range map[string]string{
		"chat.yaml": policy, "policies/chat.yaml": policy, "panel.csv": panel.String(), "load.csv": load.String(), "short.csv": "ts,requests\n2026-03-02T00:00:00Z,5\n",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
