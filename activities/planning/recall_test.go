package planning_test

import (
	"encoding/json"
	"testing"
	"time"

	"headroom/activities/failure"
	"headroom/activities/planning"
	"headroom/activities/records"
	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/pipeline"
)

// TestRecallPlan: what is known of a plan is what is stored of it, and a plan of another
// service is none.
func TestRecallPlan(t *testing.T) {
	a := planning.Planning{Records: records.Records{Store: local.Store{Dir: t.TempDir()}}}
	made := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	stored := pipeline.StoredPlan{Plan: capacity.Plan{
		ID: "3f2a", Service: "chat", Model: "ridge", Made: made, Start: made, Step: time.Hour,
		Actions: []capacity.Action{{Target: "sim://chat", From: 2, Units: 40}},
	}}
	data, err := json.Marshal(stored)
	if err != nil {
		t.Fatal(err)
	}
	for _, service := range []string{"chat", "web"} {
		if _, err := a.Records.Store.Put(t.Context(), capacity.PlanKey(service, "3f2a", "plan.json"), data); err != nil {
			t.Fatal(err)
		}
	}
	got, err := a.RecallPlan(t.Context(), planning.RecallInput{Service: "chat", Plan: "3f2a"})
	if err != nil || got.Model != "ridge" || got.Plan.Largest != 38 || got.Plan.Plan.ID != "3f2a" || got.Plan.Plan.Ref.Check(data) != nil || !got.Plan.Plan.Now.Equal(made) {
		t.Errorf("got %+v, %v, want the plan as it is stored", got, err)
	}
	for in, want := range map[planning.RecallInput]error{{Service: "chat", Plan: "none"}: capacity.ErrNotFound, {Service: "web", Plan: "3f2a"}: capacity.ErrBadData} {
		if got, err := a.RecallPlan(t.Context(), in); !failure.Is(err, want) {
			t.Errorf("%+v: got %+v, %v, want %v", in, got, err, want)
		}
	}
}
