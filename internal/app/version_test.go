package app

import (
	"bytes"
	"runtime/debug"
	"strings"
	"testing"
)

func TestBuild(t *testing.T) {
	const commit = "0123456789abcdef0123456789abcdef01234567"
	platform := []debug.BuildSetting{{Key: "GOOS", Value: "linux"}, {Key: "GOARCH", Value: "amd64"}}
	for want, info := range map[string]debug.BuildInfo{
		"v0.0.0-20260302101112-0123456789ab (commit " + commit + "), go1.26.8 linux/amd64": {
			GoVersion: "go1.26.8", Main: debug.Module{Version: "v0.0.0-20260302101112-0123456789ab"}, Settings: append(platform, debug.BuildSetting{Key: "vcs.revision", Value: commit}),
		},
		"v1.2.3+dirty (commit " + commit + ", modified), go1.26.8 linux/amd64": {
			GoVersion: "go1.26.8", Main: debug.Module{Version: "v1.2.3+dirty"},
			Settings: append(platform, debug.BuildSetting{Key: "vcs.revision", Value: commit}, debug.BuildSetting{Key: "vcs.modified", Value: "true"}),
		},
		"(devel), go1.26.8 linux/amd64": {GoVersion: "go1.26.8", Settings: platform},
	} {
		if got := buildOf(&info).String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestWorkerMain(t *testing.T) {
	for args, want := range map[string]struct {
		code           int
		stdout, stderr string
	}{
		"--version": {0, "worker ", ""},
		"version":   {0, "worker ", ""},
		"--help":    {0, "usage: worker", ""},
		"serve":     {2, "", `worker: no arguments are taken, got ["serve"]`},
		"-v x":      {2, "", `worker: no arguments are taken, got ["-v" "x"]`},
	} {
		var stdout, stderr bytes.Buffer
		code := WorkerMain(strings.Fields(args), &stdout, &stderr)
		if code != want.code || !strings.HasPrefix(stdout.String(), want.stdout) || !strings.HasPrefix(stderr.String(), want.stderr) || stdout.Len()+stderr.Len() == 0 {
			t.Errorf("worker %s: exit code %d, %q, %q; want %+v", args, code, stdout.String(), stderr.String(), want)
		}
	}
}
