package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/activities/pruning"
	"headroom/internal/app"
	"headroom/internal/proof"
	"headroom/internal/telemetry"
)

// environment looks variables up in a map.
func environment(m map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		v, ok := m[name]
		return v, ok
	}
}

func TestFromEnvironment(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys.txt")
	if err := os.WriteFile(file, []byte("march:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := app.FromEnvironment(environment(map[string]string{
		"TEMPORAL_DEPLOYMENT_NAME": "prod", "TEMPORAL_WORKER_BUILD_ID": "7", "HEADROOM_STOP": "45s", "HEADROOM_CACHED_RUNS": "250", "HEADROOM_RETENTION": "plans=60d, reports=2d",
		"HEADROOM_CODEC_KEY_FILE": file, "HEADROOM_METRICS": ":9464", "HEADROOM_LOG": "json", "HEADROOM_LOG_LEVEL": "warn",
		"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318",
	}))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(app.Workers{Deployment: "prod", Build: "7", Stop: 45 * time.Second, Cached: 250}, s.Workers); diff != "" {
		t.Errorf("workers (-want +got):\n%s", diff)
	}
	if want := (pruning.Retention{Plans: 60 * 24 * time.Hour, Reports: 48 * time.Hour}); s.Retention != want {
		t.Errorf("retention is %+v, want %+v", s.Retention, want)
	}
	if diff := cmp.Diff(telemetry.Settings{Listen: ":9464", Traces: true, JSON: true, Level: 4}, s.Telemetry); diff != "" {
		t.Errorf("telemetry (-want +got):\n%s", diff)
	}
	if s.Keys.First() != "march" {
		t.Errorf("the key that seals is %q, want march", s.Keys.First())
	}
	none, err := app.FromEnvironment(environment(nil))
	if err != nil || !none.Keys.None() || none.Telemetry.Traces || none.Workers.Deployment != "" {
		t.Errorf("of an empty environment: %+v, %v", none, err)
	}
}

// TestFromEnvironment_Wrong: each mistake is told with the variable's name.
func TestFromEnvironment_Wrong(t *testing.T) {
	for _, test := range []struct{ name, value, want string }{
		{"HEADROOM_STOP", "20", "such as 20s"},
		{"HEADROOM_STOP", "-1s", "such as 20s"},
		{"HEADROOM_CACHED_RUNS", "0", "above 0"},
		{"HEADROOM_RETENTION", "plans=30", "not a duration"},
		{"HEADROOM_RETENTION", "plans=7d", "22 days or more"},
		{"HEADROOM_RETENTION", "reports=7d,orders=1d", "of plans, history, reports, models"},
		{"HEADROOM_CODEC_KEYS", "march", "NAME:BASE64"},
		{"HEADROOM_CODEC_KEY_FILE", "/nowhere/keys.txt", "no such file"},
		{"HEADROOM_PROMETHEUS_TOKEN", "tok", "set HEADROOM_PROMETHEUS_HOST"},
		{"HEADROOM_PROMETHEUS_TENANT", "team-a", "set HEADROOM_PROMETHEUS_HOST"},
		{"HEADROOM_PROMETHEUS_HOST", "prometheus.example", "without HEADROOM_PROMETHEUS_TOKEN"},
		{"HEADROOM_PROMETHEUS_CONFIG", "/nowhere/servers.yaml", "no such file"},
		{"HEADROOM_LOG", "yaml", "write text or json"},
		{"HEADROOM_LOG_LEVEL", "loud", "write debug, info, warn or error"},
	} {
		_, err := app.FromEnvironment(environment(map[string]string{test.name: test.value}))
		if err == nil || !strings.Contains(err.Error(), test.name) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s=%s: got %v, want its name and %q", test.name, test.value, err, test.want)
		}
	}
	_, err := app.FromEnvironment(environment(map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "x", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}))
	if err == nil || !strings.Contains(err.Error(), "http/protobuf") {
		t.Errorf("with grpc for spans: got %v, want what to set instead", err)
	}
}

// TestFromEnvironment_TargetWorker: a target worker needs a name and the public key, and
// never the private one.
func TestFromEnvironment_TargetWorker(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	private := file("private.pem", "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n")
	public := file("public.pem", "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n")
	s, err := app.FromEnvironment(environment(map[string]string{"HEADROOM_TARGET_WORKER": "eu1", "HEADROOM_TARGET_PUBLIC_KEY": public, "HEADROOM_AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/headroom"}))
	if w := s.TargetWorkers; err != nil || w.Name != "eu1" || w.PublicKey == nil || w.Role.Session != "headroom-eu1" {
		t.Errorf("got %+v, %v", w, err)
	}
	if s, err := app.FromEnvironment(environment(map[string]string{"HEADROOM_TARGET_KEY": private})); err != nil || s.TargetWorkers.Key == nil {
		t.Errorf("planning workers: got %+v, %v", s.TargetWorkers, err)
	}
	for want, set := range map[string]map[string]string{
		`HEADROOM_TARGET_WORKER is "EU1"`:                         {"HEADROOM_TARGET_WORKER": "EU1", "HEADROOM_TARGET_PUBLIC_KEY": public},
		`HEADROOM_TARGET_PUBLIC_KEY is not set`:                   {"HEADROOM_TARGET_WORKER": "eu1"},
		`HEADROOM_TARGET_PUBLIC_KEY: `:                            {"HEADROOM_TARGET_WORKER": "eu1", "HEADROOM_TARGET_PUBLIC_KEY": private},
		`HEADROOM_WORKER_KEY is set at target worker "eu1"`:       {"HEADROOM_TARGET_WORKER": "eu1", "HEADROOM_TARGET_PUBLIC_KEY": public, "HEADROOM_WORKER_KEY": proof.NewKey()},
		`HEADROOM_TARGET_KEY is set at target worker "eu1"`:       {"HEADROOM_TARGET_WORKER": "eu1", "HEADROOM_TARGET_PUBLIC_KEY": public, "HEADROOM_TARGET_KEY": private},
		`HEADROOM_TARGET_KEY: `:                                   {"HEADROOM_TARGET_KEY": public},
		`HEADROOM_AWS_EXTERNAL_ID is set without HEADROOM_AWS_RO`: {"HEADROOM_AWS_EXTERNAL_ID": "7f3a"},
	} {
		if _, err := app.FromEnvironment(environment(set)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
