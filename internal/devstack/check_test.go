//go:build unix

package devstack_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"headroom/internal/devstack"
)

// settings finds the servers, building them on the first run.
func settings(t *testing.T) devstack.Settings {
	t.Helper()
	if testing.Short() {
		t.Skip("starts real servers, whose first build takes minutes; run without -short")
	}
	s := devstack.Settings{Binary: os.Getenv("HEADROOM_DEVSERVER"), Log: os.Stderr}
	binary, err := devstack.Build(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return devstack.Settings{Binary: binary}
}

func startStack(t *testing.T, s devstack.Settings) *devstack.Stack {
	t.Helper()
	stack, err := devstack.Start(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stack.Stop(); err != nil {
			t.Error(err)
		}
	})
	return stack
}

// checkServes asks each server for something that it only knows when it works.
func checkServes(t *testing.T, stack *devstack.Stack) {
	t.Helper()
	if !answers(stack.S3Endpoint + "/health") {
		t.Error("the S3 server does not answer")
	}
	// The Web UI passes this on to Temporal.
	response, err := http.Get(stack.UI + "/api/v1/namespaces/default/search-attributes")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var got struct{ CustomAttributes map[string]string }
	if err := json.NewDecoder(response.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"HeadroomService", "HeadroomStage", "HeadroomModel", "HeadroomVerdict", "HeadroomSchedule"} {
		if got.CustomAttributes[name] != "INDEXED_VALUE_TYPE_KEYWORD" {
			t.Errorf("search attribute %s: got %q, want a keyword", name, got.CustomAttributes[name])
		}
	}
	conn, err := net.Dial("tcp", stack.TemporalAddress)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
}

func answers(url string) bool {
	client := http.Client{Timeout: 5 * time.Second}
	response, err := client.Get(url)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	return response.StatusCode == http.StatusOK
}

// alive tells whether a process runs that has not been waited for.
func alive(pid int) bool { return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }

func port(t *testing.T, address string) (port int) {
	t.Helper()
	if _, err := fmt.Sscanf(address[strings.LastIndex(address, ":"):], ":%d", &port); err != nil {
		t.Fatal(err)
	}
	return port
}
