package workflows_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"headroom/activities/policies"
	"headroom/audit"
	"headroom/capacity"
	"headroom/executor"
	"headroom/internal/proof"
)

// TestExecute_Proof: what a workflow orders is let in by the proof of exactly that order,
// under the name of the workflow; all else is refused and on record.
func TestExecute_Proof(t *testing.T) {
	keys, err := proof.ParseKeys(proof.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	event := over("event/web/launch/a", 9, true, 9*time.Hour)
	more := event
	more.Units = 40
	abort := executor.Order{By: "retire/web", Why: "gone"}
	for name, test := range map[string]struct {
		update, id, service string
		may                 capacity.Permission
		sent, proven        any
		let                 bool
	}{
		"an event overrides":         {executor.OverrideOrder, "u", "web", capacity.MayOverride, event, event, true},
		"the retirement aborts":      {executor.AbortOrder, "u", "web", capacity.MayAbort, abort, abort, true},
		"more units than proven":     {executor.OverrideOrder, "u", "web", capacity.MayOverride, more, event, false},
		"the proof of another order": {executor.PauseOrder, "u", "web", capacity.MayAbort, abort, abort, false},
		"sent again":                 {executor.AbortOrder, "earlier", "web", capacity.MayAbort, abort, abort, false},
		"sent to another service":    {executor.AbortOrder, "u", "other", capacity.MayAbort, abort, abort, false},
	} {
		t.Run(name, func(t *testing.T) {
			c := newConductor(t, "sim://web?leadTime=5m&units=2")
			c.ports.identify = func(_ context.Context, in policies.AdmitInput) (capacity.Identity, error) {
				if !proof.Is(in.Token) { // the end of the test
					return capacity.Identity{Name: in.By}, nil
				}
				from, err := keys.Verify(in.Token, proof.Request{ID: in.ID, Service: in.Service, Operation: string(in.Wish.Permission), Order: in.Order}, origin)
				return capacity.Identity{Name: from.Workflow, Workflow: from.Workflow}, err
			}
			token, err := keys.Sign(proof.Sender{Workflow: "event/web/launch"}, proof.Request{ID: test.id, Service: test.service, Operation: string(test.may), Order: test.proven})
			if err != nil {
				t.Fatal(err)
			}
			var failure error
			c.offer(0, c.plan(t, "p", 0, change{time.Hour, 2, 3}), updateCallbacks{})
			c.env.RegisterDelayedCallback(func() {
				c.env.UpdateWorkflow(test.update, "u", answered{&failure}, test.sent, token)
			}, 30*time.Minute/speed)
			c.run(t)
			if let := failure == nil; let != test.let {
				t.Errorf("got %v, want it let pass: %v", failure, test.let)
			}
			if !test.let && !strings.Contains(failure.Error(), "forged, was made for another one") {
				t.Errorf("got %v", failure)
			}
			var kinds []audit.Kind
			for r, err := range audit.Read(t.Context(), c.acts.Store, "web") {
				if err != nil {
					t.Fatal(err)
				}
				if r.Kind == audit.Ordered && r.By == "event/web/launch" || r.Kind == audit.Refused {
					kinds = append(kinds, r.Kind)
				}
			}
			want := audit.Refused
			if test.let {
				want = audit.Ordered
			}
			if !slices.Equal(kinds, []audit.Kind{want}) {
				t.Errorf("the audit has %v of the workflow, want %v", kinds, want)
			}
		})
	}
}

// answered keeps how an update ended.
type answered struct{ err *error }

func (answered) Accept() {}

func (a answered) Reject(err error) { *a.err = err }

func (a answered) Complete(_ any, err error) { *a.err = err }
