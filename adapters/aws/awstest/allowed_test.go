package awstest_test

import (
	"os"
	"path/filepath"
	"testing"

	"headroom/adapters/aws/awstest"
)

// failed notes whether a check failed.
type failed struct {
	testing.TB
	errors int
}

func (f *failed) Helper()               {}
func (f *failed) Errorf(string, ...any) { f.errors++ }

func TestAllowed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "policy.json")
	policy := `{"Statement":[
		{"Effect":"Allow","Action":["a:Read","a:List*"]},
		{"Effect":"Allow","Action":"b:Write"},
		{"Effect":"Deny","Action":"c:Write"}]}`
	if err := os.WriteFile(file, []byte(policy), 0o600); err != nil {
		t.Fatal(err)
	}
	for action, want := range map[string]int{"a:Read": 0, "a:ListAll": 0, "b:Write": 0, "a:Write": 1, "c:Write": 1, "a:Reading": 1} {
		f := &failed{TB: t}
		awstest.Allowed(f, []string{action}, file)
		if f.errors != want {
			t.Errorf("%s: %d errors, want %d", action, f.errors, want)
		}
	}
}
