package fleet_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/testsuite"

	"headroom/activities"
	"headroom/activities/failure"
	"headroom/activities/fleet"
	"headroom/activities/policies"
	"headroom/adapters/local"
	"headroom/audit"
	"headroom/capacity"
	"headroom/history"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// unread is activities that reach no source, with the policies in force of chat, which lets
// leads plan, and of web, which lets everybody, and a list of services.
func unread(t *testing.T, services ...string) (*activities.Activities, local.Store, capacity.Ref) {
	t.Helper()
	store := local.Store{Dir: t.TempDir()}
	leads := capacity.Control{Roles: []capacity.Role{{Name: "leads", Who: []string{"ann"}, May: []capacity.Permission{capacity.MayPlan}}}}
	for _, p := range []capacity.Policy{{Service: "chat", Control: leads}, {Service: "web"}} {
		if err := policies.Force(t.Context(), store, p, policies.Pointer{}, ""); err != nil {
			t.Fatal(err)
		}
	}
	var list fleet.List
	for _, s := range services {
		list.Services = append(list.Services, fleet.Member{Service: s})
	}
	data, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	ref, err := store.Put(t.Context(), "lists/a.json", data)
	if err != nil {
		t.Fatal(err)
	}
	return activities.New(activities.Ports{
		Store: store, Now: func() time.Time { return now }, Access: policies.Access{Verified: true},
		Sources: func(string) (history.Source, error) { return nil, fmt.Errorf("no source: %w", capacity.ErrNoData) },
	}), store, ref
}

// kinds is the records of a service.
func kinds(t *testing.T, store capacity.Store, service string) (all []audit.Kind) {
	t.Helper()
	for r, err := range audit.Read(t.Context(), store, service) {
		if err != nil {
			return nil
		}
		all = append(all, r.Kind)
	}
	return all
}

// TestChunk_Refused: of a service whose policy does not let the caller, the refusal is on
// record and nothing else; of one that cannot be planned, that it failed is.
func TestChunk_Refused(t *testing.T) {
	acts, store, list := unread(t, "chat", "web", "nobody")
	divided, err := acts.Divide(t.Context(), fleet.DivideInput{Kind: fleet.Plan, Run: "r", List: list, Chunk: 9, Who: capacity.Identity{Name: "eve"}})
	if err != nil || divided.Chunks != 1 {
		t.Fatalf("got %+v, %v", divided, err)
	}
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	env.RegisterActivity(acts)
	if _, err := env.ExecuteActivity(acts.Chunk, fleet.ChunkInput{Kind: fleet.Plan, Run: "r", Now: now}); err != nil {
		t.Fatal(err)
	}
	for service, want := range map[string][]audit.Kind{"chat": {audit.Refused}, "web": {audit.Failed}, "nobody": nil} {
		if got := kinds(t, store, service); !slices.Equal(got, want) {
			t.Errorf("on record of %s: %q, want %q", service, got, want)
		}
	}
}

// TestDivide_Refused: a run of which each service is refused stores nothing but that.
func TestDivide_Refused(t *testing.T) {
	for want, services := range map[string][]string{
		"chat: eve may not plan it":                                     {"chat"},
		`each of 2 services is refused, such as chat: eve may not plan`: {"chat", "../web"},
	} {
		acts, store, list := unread(t, services...)
		_, err := acts.Divide(t.Context(), fleet.DivideInput{Kind: fleet.Plan, Run: "r", List: list, Chunk: 9, Who: capacity.Identity{Name: "eve"}})
		if !failure.Is(err, capacity.ErrRefused) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
		for e, err := range store.List(context.Background(), "fleets/", "") {
			t.Errorf("%q is stored, %v", e.Key, err)
		}
		if got := kinds(t, store, "chat"); !slices.Equal(got, []audit.Kind{audit.Refused}) {
			t.Errorf("on record of chat: %q", got)
		}
	}
}
