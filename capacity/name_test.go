package capacity_test

import (
	"errors"
	"strings"
	"testing"

	"headroom/capacity"
)

func TestCheckService(t *testing.T) {
	for name, want := range map[string]bool{
		"chat": true, "7": true, "eu-west-1": true, strings.Repeat("a", 63): true,
		"": false, "-a": false, "chat/records": false, "../chat": false, "Chat": false, "chat\n": false, "a.b": false, "*": false, strings.Repeat("a", 64): false,
	} {
		if err := capacity.CheckService(name); (err == nil) != want || err != nil && !errors.Is(err, capacity.ErrRefused) {
			t.Errorf("%q: got %v", name, err)
		}
	}
}
