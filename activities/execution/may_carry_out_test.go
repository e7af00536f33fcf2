package execution_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"headroom/activities"
	"headroom/activities/execution"
	"headroom/activities/failure"
	"headroom/activities/policies"
	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/pipeline"
)

// TestLoad_MayCarryOut: a plan is carried out only as the policy in force has it, whatever
// its caller says; and who let it is whom the store names.
func TestLoad_MayCarryOut(t *testing.T) {
	made := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	approved, rejected := &execution.Decision{Approved: true, By: "ann", Why: "it is Monday"}, &execution.Decision{By: "bob"}
	for name, test := range map[string]struct {
		mode    capacity.Mode
		decided *execution.Decision
		replace bool                          // another policy is in force since it was made
		claim   func(in *execution.LoadInput) // what the caller says; nil: the truth
		taken   string                        // the service to which the target belongs; empty: to none
		want    string                        // part of the refusal; empty: it is carried out
		by      string
	}{
		"auto":                      {mode: capacity.Auto},
		"auto, approved":            {mode: capacity.Auto, decided: approved, by: "ann"},
		"auto, rejected":            {mode: capacity.Auto, decided: rejected, want: "was rejected by bob"},
		"approved":                  {mode: capacity.Approve, decided: approved, by: "ann"},
		"rejected":                  {mode: capacity.Approve, decided: rejected, want: "was rejected by bob"},
		"nobody has approved":       {mode: capacity.Approve, want: "nobody has approved plan p"},
		"proposed, though approved": {mode: capacity.Propose, decided: approved, want: "control.mode is propose"},
		"another policy":            {mode: capacity.Auto, replace: true, want: "make a new one with `headroom plan web`"},
		"carried out already":       {mode: capacity.Auto, replace: true, claim: func(in *execution.LoadInput) { in.CarriedOut = true }},
		"its target is its own":     {mode: capacity.Auto, taken: "web"},
		"a target of another's":     {mode: capacity.Auto, taken: "other", want: `belongs to "other"`},
		"as of another service":     {mode: capacity.Auto, claim: func(in *execution.LoadInput) { in.Service = "other" }, want: "is not plan p of other"},
		"as a newer one":            {mode: capacity.Auto, claim: func(in *execution.LoadInput) { in.Plan.Now = made.Add(time.Hour) }, want: "for other times"},
		"as another plan":           {mode: capacity.Auto, claim: func(in *execution.LoadInput) { in.Plan.ID = "q" }, want: "is not plan q of web"},
	} {
		t.Run(name, func(t *testing.T) {
			store := local.Store{Dir: t.TempDir()}
			acts := activities.New(activities.Ports{Store: store, Now: func() time.Time { return made }, Targets: func(capacity.TargetName, func() time.Time) (capacity.Target, error) {
				return nil, capacity.ErrNoSuchTarget
			}})
			p := capacity.Policy{Service: "web", Pools: []capacity.Pool{{Name: "a", Target: "sim://web"}}, Control: capacity.Control{Mode: test.mode, Approval: capacity.Approval{Above: capacity.NoUnits}}}
			if err := policies.Force(t.Context(), store, p, policies.Pointer{}, ""); err != nil {
				t.Fatal(err)
			}
			now, version, err := policies.Current(t.Context(), store, "web")
			if err != nil {
				t.Fatal(err)
			}
			stored := pipeline.StoredPlan{Policy: p, PolicyHash: now.Hash, Plan: capacity.Plan{ID: "p", Service: "web", Made: made, Start: made, Step: time.Hour}}
			put := func(key string, v any) capacity.Ref {
				data, err := json.Marshal(v)
				if err != nil {
					t.Fatal(err)
				}
				ref, err := store.Put(t.Context(), key, data)
				if err != nil {
					t.Fatal(err)
				}
				return ref
			}
			in := execution.LoadInput{Service: "web", Plan: capacity.PlanRef{ID: "p", Ref: put(capacity.PlanKey("web", "p", "plan.json"), stored), Now: made, End: stored.Plan.End()}}
			if test.decided != nil {
				put(capacity.DecisionKey("web", "p"), test.decided)
			}
			if test.taken != "" {
				put(capacity.TargetKey("sim://web"), execution.Claim{Target: "sim://web", Service: test.taken, Since: made, Renewed: made})
			}
			if test.replace {
				p.Notify = capacity.Notify{{To: "env:OPS"}}
				if err := policies.Force(t.Context(), store, p, policies.Pointer{}, version); err != nil {
					t.Fatal(err)
				}
			}
			if test.claim != nil {
				test.claim(&in)
			}
			out, err := acts.Load(t.Context(), in)
			switch {
			case test.want == "" && (err != nil || out.By != test.by):
				t.Errorf("got %+v, %v, want it carried out, by %q", out, err, test.by)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want) || !failure.Lasting(err)):
				t.Errorf("got %v, want it refused for good: %s", err, test.want)
			}
		})
	}
}
