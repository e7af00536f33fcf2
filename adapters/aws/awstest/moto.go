package awstest

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// InFront is a server in front of moto, which answers what moto does not have:
// DescribeScalingActivities of Application Auto Scaling, with none.
func InFront(moto *url.URL) http.Handler {
	proxy := httputil.NewSingleHostReverseProxy(moto)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if target := r.Header.Get("X-Amz-Target"); strings.HasSuffix(target, ".DescribeScalingActivities") {
			w.Header().Set("Content-Type", "application/x-amz-json-1.1")
			fmt.Fprint(w, `{"ScalingActivities":[]}`)
			return
		}
		proxy.ServeHTTP(w, r)
	})
}

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
