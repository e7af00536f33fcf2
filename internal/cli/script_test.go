package cli_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/coreos/go-oidc/v3/oidc/oidctest"
	"github.com/rogpeppe/go-internal/testscript"

	"headroom"
	"headroom/internal/app"
	"headroom/internal/cli"
	"headroom/internal/devstack"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"headroom": func() { os.Exit(cli.Main(os.Args[1:], os.Stdout, os.Stderr)) },
		"outside":  outside,
		"worker":   func() { os.Exit(app.WorkerMain(os.Args[1:], os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs the stories of testdata/script, which are also examples.
// With UPDATE=1 it writes what it got into them.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		UpdateScripts:       os.Getenv("UPDATE") != "",
		Setup:               setup,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"await": await, "source": source, "webhook": webhook, "issuer": issuer, "eventually": eventually, "broken": broken, "object": object},
		Condition: func(name string) (bool, error) {
			if name != "servers" {
				return false, fmt.Errorf("unknown condition %q", name)
			}
			return !testing.Short(), nil
		},
	})
}

// setup gives every script the shipped trace and a history with more columns,
// and what it needs to find or build the servers, which this test's own
// environment has.
func setup(env *testscript.Env) error {
	if err := os.WriteFile(filepath.Join(env.WorkDir, "trace.csv.gz"), headroom.Trace, 0o600); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(env.WorkDir, "busy.csv"), busy(), 0o600); err != nil {
		return err
	}
	binary := ""
	if !testing.Short() {
		var err error
		if binary, err = devstack.Build(context.Background(), devstack.Settings{Log: os.Stderr}); err != nil {
			return err
		}
	}
	env.Setenv("HEADROOM_DEVSERVER", binary)
	env.Values[of{}] = &release{stop: func() {}}
	return nil
}

// busy is four days of ten replicas: 5% busy without load and 60% at 82.5
// requests a second each, of which there are 10 to 110.
func busy() []byte {
	var csv bytes.Buffer
	fmt.Fprintln(&csv, "timestamp,requests,replicas,cpu,p95_ms")
	start := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	for i := range 4 * 144 {
		each := 60 - 50*math.Cos(2*math.Pi*float64(i)/144) // a second
		fmt.Fprintf(&csv, "%s,%.0f,10,%.3f,%.2f\n", start.Add(time.Duration(i)*10*time.Minute).Format(time.RFC3339), each*10*600, 0.05+each/150, 1000/(120-each))
	}
	return csv.Bytes()
}

// await waits until a file is there: "await state/env".
func await(ts *testscript.TestScript, not bool, args []string) {
	if not || len(args) != 1 {
		ts.Fatalf("usage: await FILE")
	}
	deadline := time.Now().Add(2 * time.Minute)
	for {
		_, err := os.Stat(ts.MkAbs(args[0]))
		switch {
		case err == nil:
			return
		case time.Now().After(deadline):
			ts.Fatalf("%s did not appear", args[0])
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// source sets the variables that a file exports: "source state/env".
func source(ts *testscript.TestScript, not bool, args []string) {
	if not || len(args) != 1 {
		ts.Fatalf("usage: source FILE")
	}
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		for field := range strings.FieldsSeq(strings.TrimPrefix(line, "export ")) {
			name, value, found := strings.Cut(field, "=")
			if !found {
				ts.Fatalf("%s: %q is no variable", args[0], field)
			}
			ts.Setenv(name, strings.Trim(value, "'"))
		}
	}
}

// webhook listens as one of Slack's does, appends each text that it is told to a
// file, and puts its URL into a variable: "webhook VARIABLE FILE".
func webhook(ts *testscript.TestScript, not bool, args []string) {
	if not || len(args) != 2 {
		ts.Fatalf("usage: webhook VARIABLE FILE")
	}
	path := ts.MkAbs(args[1])
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var told struct{ Text string }
		err := json.NewDecoder(r.Body).Decode(&told)
		var file *os.File
		if err == nil {
			file, err = os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		}
		if err == nil {
			_, err = fmt.Fprintln(file, told.Text)
			err = errors.Join(err, file.Close())
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}))
	ts.Defer(server.Close)
	ts.Setenv(args[0], server.URL)
}

// issuer is a provider of identities, whose URL it puts into HEADROOM_OIDC_ISSUER;
// it signs a token for each NAME:GROUP into the file NAME.token: "issuer ann:leads
// bob:operators".
func issuer(ts *testscript.TestScript, not bool, args []string) {
	if not || len(args) == 0 {
		ts.Fatalf("usage: issuer NAME:GROUP...")
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		ts.Fatalf("make a key: %v", err)
	}
	provider := &oidctest.Server{PublicKeys: []oidctest.PublicKey{{PublicKey: key.Public(), KeyID: "k", Algorithm: oidc.RS256}}}
	server := httptest.NewServer(provider)
	ts.Defer(server.Close)
	provider.SetIssuer(server.URL)
	for _, arg := range args {
		name, group, _ := strings.Cut(arg, ":")
		claims := fmt.Sprintf(`{"iss": %q, "aud": "headroom", "sub": %q, "email": "%s@example.com", "groups": [%q], "exp": %d}`, server.URL, name, name, group, time.Now().Add(time.Hour).Unix())
		if err := os.WriteFile(ts.MkAbs(name+".token"), []byte(oidctest.SignIDToken(key, "k", oidc.RS256, claims)), 0o600); err != nil {
			ts.Fatalf("write a token: %v", err)
		}
	}
	ts.Setenv("HEADROOM_OIDC_ISSUER", server.URL)
}
