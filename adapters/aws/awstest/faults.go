package awstest

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"
)

// A Fault is what happens to one call. The zero Fault is none.
type Fault struct {
	// Code and Status refuse the call with that error before it reaches the
	// server. Of the two, what is missing is 400 and ServiceUnavailable.
	Code   string
	Status int
	// Message is what such an error says; empty is a text of its own.
	Message string
	// Lost lets the server carry the call out, and cuts the connection instead
	// of answering.
	Lost bool
	// Delay is how much later the answer comes.
	Delay time.Duration
}

func (f Fault) refuses() bool { return f.Code != "" || f.Status != 0 }

// A Call is one request, and what became of it.
type Call struct {
	Service   string // as the request is signed and IAM names it, such as "autoscaling"
	Operation string // such as "UpdateAutoScalingGroup"; of a REST service the HTTP method
	Fault     Fault
	Status    int // what the server answered; 0 if the call did not reach it
}

// Reached reports whether the server has seen the call.
func (c Call) Reached() bool { return c.Status != 0 }

// Faults stands in front of a server, spoils calls to it by a plan, and keeps a
// log of them. It speaks the query, JSON and REST-XML protocols of AWS. Set its
// fields before its first call; it is safe for use by several goroutines.
type Faults struct {
	Server http.Handler // see [Behind] for one in another process
	// Plan says what happens to the next call; nil spoils none. It is asked for
	// one call at a time.
	Plan func(Call) Fault

	mu  sync.Mutex
	log []Call
}

// Behind is the server at an address such as "http://127.0.0.1:5000".
func Behind(address string) (http.Handler, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("a server to stand in front of: %w", err)
	}
	return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(u)
		r.Out.Host = r.In.Host // it is signed
	}}, nil
}

// ServeHTTP lets a call through, or spoils it.
func (f *Faults) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // the caller has gone
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	call := readCall(r, body)
	f.mu.Lock()
	if f.Plan != nil {
		call.Fault = f.Plan(call)
	}
	at := len(f.log)
	f.log = append(f.log, call)
	f.mu.Unlock()

	if call.Fault.refuses() {
		wait(r, call.Fault.Delay)
		refuse(w, r, call.Service, call.Fault)
		return
	}
	answer := httptest.NewRecorder()
	f.Server.ServeHTTP(answer, r)
	f.mu.Lock()
	f.log[at].Status = answer.Code
	f.mu.Unlock()
	wait(r, call.Fault.Delay)
	if call.Fault.Lost {
		panic(http.ErrAbortHandler) // cuts the connection
	}
	maps.Copy(w.Header(), answer.Header())
	w.Header().Set("Content-Length", strconv.Itoa(answer.Body.Len()))
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()) // to a caller that has gone there is nobody to tell
}

// Log is the calls so far, in the order in which they came.
func (f *Faults) Log() []Call {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.log)
}

// Actions is what the calls so far are to IAM, such as
// "autoscaling:UpdateAutoScalingGroup": each once, in order of the alphabet.
func (f *Faults) Actions() []string {
	var actions []string
	for _, c := range f.Log() {
		actions = append(actions, c.Service+":"+c.Operation)
	}
	slices.Sort(actions)
	return slices.Compact(actions)
}

// wait waits for d, or until the caller has gone.
func wait(r *http.Request, d time.Duration) {
	if d <= 0 {
		return
	}
	select {
	case <-r.Context().Done():
	case <-time.After(d):
	}
}
