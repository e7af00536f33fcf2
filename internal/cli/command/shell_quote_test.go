package command

import (
	"os/exec"
	"testing"
)

func TestShellQuote(t *testing.T) {
	for _, text := range []string{"/home/ann/.headroom", "", "it's", `q'$(touch owned)x`, "a b\nc", "`id`", `\'"$HOME`, "#", "~"} {
		out, err := exec.CommandContext(t.Context(), "sh", "-c", "x="+ShellQuote(text)+`; printf %s "$x"`).Output()
		if err != nil || string(out) != text {
			t.Errorf("%q: a shell reads %q (%v)", text, out, err)
		}
	}
}
