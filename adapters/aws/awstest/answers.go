package awstest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// Answers is a server that answers each operation of AWS's JSON protocol, such as
// "DescribeServices", with a text of JSON, and every other with an empty object: for
// states that no emulator comes into. An answer "!CODE" is the error of that code.
type Answers struct {
	URL string

	mu     sync.Mutex
	asked  []string
	answer map[string]string
}

// Answer starts a server with these answers.
func Answer(t testing.TB, answers map[string]string) *Answers {
	t.Helper()
	a := &Answers{answer: answers}
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	a.URL = server.URL
	return a
}

// ServeHTTP answers.
func (a *Answers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	a.mu.Lock()
	a.asked = append(a.asked, operation)
	text := a.answer[operation]
	a.mu.Unlock()
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	code, failed := strings.CutPrefix(text, "!")
	switch {
	case failed:
		w.WriteHeader(http.StatusBadRequest)
		text = fmt.Sprintf(`{"__type":%q,"message":"as the test wants it"}`, code)
	case text == "":
		text = "{}"
	}
	fmt.Fprint(w, text)
}

// Asked is the operations that were asked for.
func (a *Answers) Asked() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]string(nil), a.asked...)
}
