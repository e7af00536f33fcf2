package policies_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"headroom/activities/failure"
	"headroom/activities/policies"
	"headroom/audit"
	"headroom/capacity"
)

// interfering is a store that calls before each Put and each Swap.
type interfering struct {
	capacity.Store
	before func(key string) error
}

func (s interfering) Put(ctx context.Context, key string, data []byte) (capacity.Ref, error) {
	if err := s.before(key); err != nil {
		return capacity.Ref{}, err
	}
	return s.Store.Put(ctx, key, data)
}

func (s interfering) Swap(ctx context.Context, key string, data []byte, version string) error {
	if err := s.before(key); err != nil {
		return err
	}
	return s.Store.Swap(ctx, key, data, version)
}

// TestPutPolicy_LostRace: a policy that another one overtook is not on record.
func TestPutPolicy_LostRace(t *testing.T) {
	a := kept(t, policies.Access{})
	plain, raced := a.Records.Store, false
	a.Records.Store = interfering{plain, func(key string) error {
		if raced || key != capacity.CurrentPolicyKey("chat") {
			return nil
		}
		raced = true
		return policies.Force(t.Context(), plain, written(t, 50, ""), policies.Pointer{By: "bob"}, "")
	}}
	_, err := a.PutPolicy(t.Context(), policies.PutInput{Policy: written(t, 40, ""), By: "ann", ID: "1"})
	if !failure.Is(err, capacity.ErrConflict) {
		t.Errorf("got %v, want a conflict", err)
	}
	if got := recorded(t, a, audit.Policy); len(got) != 0 {
		t.Errorf("on record: %q, want nothing of what did not happen", got)
	}
	// The next try meets the policy of bob.
	out, err := a.PutPolicy(t.Context(), policies.PutInput{Policy: written(t, 40, ""), By: "ann", ID: "1"})
	if got := recorded(t, a, audit.Policy); err != nil || !out.Changed || len(got) != 1 || !strings.Contains(got[0], "in place of") {
		t.Errorf("got %+v, %v, on record %q", out, err, got)
	}
}

// TestPutPolicy_Unrecorded: a change counts for nobody before it is on record; who reads
// the policy next records it, once and with who made it.
func TestPutPolicy_Unrecorded(t *testing.T) {
	broken := errors.New("the audit cannot be written")
	for name, resume := range map[string]func(a *policies.Policies) error{
		"the same request again": func(a *policies.Policies) error {
			out, err := a.PutPolicy(t.Context(), policies.PutInput{Policy: written(t, 40, ""), By: "ann", ID: "1"})
			if err == nil && (!out.Changed || out.By != "ann") {
				t.Errorf("got %+v, want it changed by ann", out)
			}
			return err
		},
		"somebody reads it": func(a *policies.Policies) error {
			_, err := a.InForce(t.Context(), policies.InForceInput{Service: "chat"})
			return err
		},
		"another change": func(a *policies.Policies) error {
			_, err := a.PutPolicy(t.Context(), policies.PutInput{Policy: written(t, 50, ""), By: "bob", ID: "2"})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := kept(t, policies.Access{})
			plain := a.Records.Store
			a.Records.Store = interfering{plain, func(key string) error {
				if strings.HasPrefix(key, "audit/") {
					return broken
				}
				return nil
			}}
			if _, err := a.PutPolicy(t.Context(), policies.PutInput{Policy: written(t, 40, ""), By: "ann", ID: "1"}); err == nil {
				t.Error("got no error, want that of the audit")
			}
			if out, err := a.InForce(t.Context(), policies.InForceInput{Service: "chat"}); err == nil {
				t.Errorf("got %+v, want no policy that is not on record", out)
			}
			a.Records.Store = plain
			if err := resume(a); err != nil {
				t.Fatal(err)
			}
			got := recorded(t, a, audit.Policy)
			slices.Reverse(got) // the oldest first
			if len(got) == 0 || !strings.HasPrefix(got[0], "ann: ") || len(got) > 1 && !strings.HasPrefix(got[1], "bob: ") {
				t.Errorf("on record: %q, want the change of ann first", got)
			}
			if now, _, err := policies.Current(t.Context(), plain, "chat"); err != nil || now.Unrecorded != nil {
				t.Errorf("got %+v, %v, want nothing left to record", now, err)
			}
		})
	}
}
