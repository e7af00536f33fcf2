package awstest

import (
	"encoding/json"
	"os"
	"path"
	"slices"
	"testing"
)

// Allowed fails t for each of the actions, such as
// "autoscaling:UpdateAutoScalingGroup", that none of the IAM policies in the
// files allows. It looks at actions only, not at resources and conditions.
func Allowed(t testing.TB, actions []string, files ...string) {
	t.Helper()
	var patterns []string
	for _, file := range files {
		patterns = append(patterns, allows(t, file)...)
	}
	for _, action := range actions {
		if !slices.ContainsFunc(patterns, func(p string) bool {
			ok, _ := path.Match(p, action) // a star of IAM, in a name without slashes
			return ok
		}) {
			t.Errorf("%s was called, and %v do not allow it: add it, or do without", action, files)
		}
	}
}

// allows is the actions that a policy allows.
func allows(t testing.TB, file string) []string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var policy struct {
		Statement []struct {
			Effect string
			Action list
		}
	}
	if err := json.Unmarshal(data, &policy); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	var actions []string
	for _, s := range policy.Statement {
		if s.Effect == "Allow" {
			actions = append(actions, s.Action...)
		}
	}
	return actions
}

// A list is one string, or several.
type list []string

func (l *list) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*l = list{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(l))
}
