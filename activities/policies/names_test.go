package policies_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"headroom/activities/failure"
	"headroom/activities/policies"
	"headroom/audit"
	"headroom/capacity"
)

// TestAdmit_Names: whoever names what no service can be named is refused, and nothing is
// stored of it, whether they are an owner or not.
func TestAdmit_Names(t *testing.T) {
	a := kept(t, policies.Access{Verified: true, Owners: []string{"olga"}})
	for _, service := range []string{"chat/records", "../chat", "", capacity.AllServices} {
		_, err := a.Admit(t.Context(), policies.AdmitInput{ID: "1", Service: service, By: "olga", Wish: capacity.Wish{Permission: capacity.MayPlan}, Text: "have it planned"})
		if !failure.Is(err, capacity.ErrRefused) || !strings.Contains(err.Error(), "no name of a service") {
			t.Errorf("%q: got %v, want it refused", service, err)
		}
		if _, err := a.InForce(t.Context(), policies.InForceInput{Service: service}); !failure.Is(err, capacity.ErrRefused) {
			t.Errorf("%q in force: got %v, want it refused", service, err)
		}
	}
	for e, err := range a.Records.Store.List(t.Context(), "", "") {
		t.Errorf("%q is stored, %v", e.Key, err)
	}
}

// TestSignSchedules_Names: the runs of a schedule are on record under its ID, which is of
// the service whose policy admits it.
func TestSignSchedules_Names(t *testing.T) {
	a := kept(t, policies.Access{})
	if err := policies.Force(t.Context(), a.Records.Store, written(t, 40, ""), policies.Pointer{}, ""); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"headroom/web/plan", "headroom/chat/plan/more", "headroom/chat/", "chat/plan", "headroom/*/plan"} {
		_, err := a.SignSchedules(t.Context(), policies.SignInput{By: "ann", ID: "1", Schedules: []policies.Schedule{{ID: id, Service: "chat", Start: "due/chat/plan"}}})
		if !failure.Is(err, capacity.ErrRefused) || !strings.Contains(err.Error(), "no ID of a schedule of") {
			t.Errorf("%q: got %v, want it refused", id, err)
		}
	}
}

// unproven believes nobody.
type unproven struct{ believed }

func (unproven) Identify(context.Context, policies.AdmitInput) (capacity.Identity, error) {
	return capacity.Identity{}, fmt.Errorf("the token is expired: %w", capacity.ErrRefused)
}

// TestAdmit_Unverified: a refusal is on record in the name of nobody who was not verified.
func TestAdmit_Unverified(t *testing.T) {
	for claimed, want := range map[string]string{
		"ann":                      `: somebody who called themselves "ann", not verified, wanted to abort chat, and was refused`,
		"":                         `: somebody, not verified, wanted to abort chat, and was refused`,
		strings.Repeat("x", 1<<20): `: somebody who called themselves "` + strings.Repeat("x", 200) + `", not verified, wanted to abort chat, and was refused`,
	} {
		a := kept(t, policies.Access{Verified: true})
		a.Identifier = unproven{}
		_, err := a.Admit(t.Context(), policies.AdmitInput{ID: "1", Service: "chat", By: claimed, Token: "x", Wish: capacity.Wish{Permission: capacity.MayAbort}, Text: "abort chat"})
		if !failure.Is(err, capacity.ErrRefused) {
			t.Errorf("got %v, want it refused", err)
		}
		if got := recorded(t, a, audit.Refused); len(got) != 1 || got[0] != want {
			t.Errorf("on record: %q, want %q", got, want)
		}
	}
}
