package awstest

import (
	"bufio"
	"os/exec"
	"regexp"
	"testing"
)

// Moto starts the server of that name, another implementation of AWS, and returns
// its address. It skips the test where the server is not installed.
func Moto(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("starts moto_server, which takes a second; run without -short")
	}
	path, err := exec.LookPath("moto_server")
	if err != nil {
		t.Skipf("moto_server is not there (%v): make test installs it", err)
	}
	server := exec.CommandContext(t.Context(), path, "-H", "127.0.0.1", "-p", "0")
	says, err := server.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Skipf("moto_server does not start: %v", err)
	}
	t.Cleanup(func() { _ = server.Wait() }) // the test's context has killed it
	address := regexp.MustCompile(`http://127\.0\.0\.1:[0-9]+`)
	lines := bufio.NewScanner(says)
	for lines.Scan() {
		if found := address.FindString(lines.Text()); found != "" {
			go func() {
				for lines.Scan() { // or it would wait for a reader
				}
			}()
			return found
		}
	}
	t.Skip("moto_server ended before it said where it listens; run it by hand to see why")
	return ""
}
