package main

import (
	"database/sql"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"testing"

	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

var (
	service = temporal.NewSearchAttributeKeyKeyword("HeadroomService")
	later   = temporal.NewSearchAttributeKeyKeyword("HeadroomLater")
)

// label is a workflow that sets a search attribute, which hangs if the
// attribute does not exist.
func label(ctx workflow.Context, value string) error {
	return workflow.UpsertTypedSearchAttributes(ctx, service.ValueSet(value))
}

func labelLater(ctx workflow.Context, value string) error {
	return workflow.UpsertTypedSearchAttributes(ctx, later.ValueSet(value))
}

type temporalReady struct{ Address, UI string }

func startTemporal(t *testing.T, database string, port, uiPort int, more ...string) (*process, temporalReady, client.Client) {
	t.Helper()
	p := start(t, append([]string{
		"temporal", "--port", strconv.Itoa(port), "--ui-port", strconv.Itoa(uiPort), "--db", database,
		"--search-attribute", "HeadroomService=Keyword", "--stop-on-stdin-eof",
	}, more...)...)
	var ready temporalReady
	p.ready(t, &ready)
	c, err := client.Dial(client.Options{HostPort: ready.Address, Logger: sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return p, ready, c
}

// runWorkflow executes a workflow to its end on a worker of its own.
func runWorkflow(t *testing.T, c client.Client, id string, flow any) {
	t.Helper()
	w := worker.New(c, "test", worker.Options{})
	w.RegisterWorkflow(flow)
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	defer w.Stop()
	execution, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: "test"}, flow, "chat")
	if err != nil {
		t.Fatal(err)
	}
	if err := execution.Get(t.Context(), nil); err != nil {
		t.Fatalf("workflow %q: %v", id, err)
	}
}

func TestTemporal_Restart(t *testing.T) {
	database, free := freshFile(t, "temporal 100%.db"), freePorts(t, 2) // a name that needs escaping
	server, ready, c := startTemporal(t, database, free[0], free[1])
	page, err := http.Get(ready.UI + "/namespaces/default/workflows")
	if err != nil || page.StatusCode != http.StatusOK {
		t.Errorf("Web UI: got %v, %v, want status 200", page, err)
	}
	runWorkflow(t, c, "before", label)
	server.stop(t, server.stdin.Close) // as when the parent dies

	// A search attribute that the first start did not know.
	server, _, c = startTemporal(t, database, free[0], free[1], "--search-attribute", "HeadroomLater=Keyword")
	runWorkflow(t, c, "after", labelLater)
	before, err := c.DescribeWorkflow(t.Context(), "before", "")
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := before.TypedSearchAttributes.GetKeyword(service); !ok || got != "chat" {
		t.Errorf("search attribute after the restart: got %q, %t, want chat", got, ok)
	}
	mustFail(t, 1, "another devserver has it open", "temporal", "--port", strconv.Itoa(freePorts(t, 1)[0]), "--ui-port", "0", "--db", database)
	server.stop(t, server.terminate)

	t.Run("other version", func(t *testing.T) {
		db, err := sql.Open("sqlite", database)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec(`UPDATE devserver_stamp SET server_version = '1.29.1'`); err != nil {
			t.Fatal(err)
		}
		mustFail(t, 1, "made by Temporal server 1.29.1", "temporal", "--port", strconv.Itoa(free[0]), "--ui-port", "0", "--db", database)
	})
}

func TestTemporal_ForeignFile(t *testing.T) {
	database := freshFile(t, "notes.db")
	if err := os.WriteFile(database, []byte("not a database, and long enough to be taken for one"), 0o600); err != nil {
		t.Fatal(err)
	}
	mustFail(t, 1, "not a database that devserver made", "temporal", "--port", strconv.Itoa(freePorts(t, 1)[0]), "--ui-port", "0", "--db", database)
}
