package awstest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/adapters/aws/awstest"
)

// ask calls an operation of a JSON service, and returns what the caller sees.
func ask(t *testing.T, address, operation string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Amz-Target", "Front."+operation)
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=key/20261124/us-east-1/ecs/aws4_request, SignedHeaders=host, Signature=0")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "cut off"
	}
	defer answer.Body.Close()
	return fmt.Sprint(answer.StatusCode)
}

// Each fault is what it says, also in front of a server in another process, and
// the log tells which calls the server has seen.
func TestFaults(t *testing.T) {
	seen := 0
	behind := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { seen++ }))
	defer behind.Close()
	server, err := awstest.Behind(behind.URL)
	if err != nil {
		t.Fatal(err)
	}
	f := &awstest.Faults{Server: server, Plan: awstest.Script(map[string][]awstest.Fault{
		"Write": {{Code: "Throttling"}, {Status: 503}, {Lost: true}, {Delay: time.Nanosecond}},
	})}
	front := httptest.NewServer(f)
	defer front.Close()
	var got []string
	for range 5 {
		got = append(got, ask(t, front.URL, "Write"))
	}
	got = append(got, ask(t, front.URL, "Read"))
	if diff := cmp.Diff([]string{"400", "503", "cut off", "200", "200", "200"}, got); diff != "" {
		t.Errorf("the caller sees (-want +got):\n%s", diff)
	}
	reached := 0
	for _, c := range f.Log() {
		if c.Reached() {
			reached++
		}
	}
	if reached != 4 || seen != 4 {
		t.Errorf("the log says that %d calls reached the server, which has seen %d; want 4", reached, seen)
	}
	if diff := cmp.Diff([]string{"ecs:Read", "ecs:Write"}, f.Actions()); diff != "" {
		t.Errorf("actions (-want +got):\n%s", diff)
	}
}

func TestSeeded(t *testing.T) {
	run := func(seed uint64, share float64) (spoilt []int) {
		plan := awstest.Seeded(seed, share, awstest.Fault{Lost: true})
		for i := range 1000 {
			if plan(awstest.Call{}).Lost {
				spoilt = append(spoilt, i)
			}
		}
		return spoilt
	}
	if diff := cmp.Diff(run(1, 0.3), run(1, 0.3)); diff != "" {
		t.Errorf("the same seed gives other faults:\n%s", diff)
	}
	if cmp.Equal(run(1, 0.3), run(2, 0.3)) {
		t.Error("two seeds give the same faults")
	}
	if got := len(run(1, 0.3)); got < 250 || got > 350 { // 300 in the mean; 3.4 standard deviations each way
		t.Errorf("%d of 1000 calls are spoilt, want about 300", got)
	}
	if none, all := len(run(1, 0)), len(run(1, 1)); none != 0 || all != 1000 {
		t.Errorf("%d and %d calls are spoilt, want none and all", none, all)
	}
}
