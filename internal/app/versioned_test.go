package app

import (
	"strings"
	"testing"
)

// A command is about a deployment by its name alone; a worker needs its build too.
func TestWorkers_Versioned(t *testing.T) {
	for _, test := range []struct{ name, build, want string }{
		{"", "", ""},
		{"prod", "7", ""},
		{"prod", "", "set both for a worker, or none"},
		{"", "7", "set both for a worker, or none"},
	} {
		w, err := workersFrom(func(name, fallback string) string {
			if value, ok := map[string]string{"TEMPORAL_DEPLOYMENT_NAME": test.name, "TEMPORAL_WORKER_BUILD_ID": test.build}[name]; ok {
				return value
			}
			return fallback
		})
		if err != nil {
			t.Errorf("%+v: the settings of a command: %v", test, err)
		}
		if err := w.versioned(); (err != nil) != (test.want != "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: got %v, want %q", test, err, test.want)
		}
	}
}
