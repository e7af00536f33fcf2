package aws_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"headroom/adapters/aws"
	"headroom/capacity"
)

const listing = `<ListBucketResult><KeyCount>2</KeyCount><IsTruncated>false</IsTruncated>` +
	`<Contents><Key>a.csv</Key><Size>33</Size></Contents><Contents><Key>b.csv</Key><Size>33</Size></Contents></ListBucketResult>`

// faulty is a server that lists two objects and answers for them as get says.
// It exists to fail in ways that a real server does not on demand.
func faulty(t *testing.T, get http.HandlerFunc) aws.Source {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("list-type") {
			fmt.Fprint(w, listing)
			return
		}
		get(w, r)
	}))
	t.Cleanup(server.Close)
	return aws.Source{Client: open(t, aws.Settings{Endpoint: server.URL, AccessKey: "a", SecretKey: "s", Attempts: 1})}
}

func answer(status int, code string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprintf(w, "<Error><Code>%s</Code><Message>as told</Message></Error>", code)
	}
}

func TestSource_ErrorsOfOneObject(t *testing.T) {
	for name, c := range map[string]struct {
		get  http.HandlerFunc
		want error
		says string
	}{
		"denied":       {answer(403, "AccessDenied"), capacity.ErrAccess, "s3:GetObject"},
		"expired":      {answer(400, "ExpiredToken"), capacity.ErrAccess, "sign in"},
		"clock":        {answer(403, "RequestTimeTooSkewed"), capacity.ErrAccess, "clock"},
		"other region": {answer(301, "PermanentRedirect"), capacity.ErrNotFound, "AWS_REGION"},
		"vanished":     {answer(404, "NoSuchKey"), capacity.ErrNotFound, "no such object"},
		"throttled":    {answer(503, "SlowDown"), nil, "SlowDown"},
		"cut off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "33")
			fmt.Fprint(w, "time,value\n")
		}, nil, "broke off"},
	} {
		t.Run(name, func(t *testing.T) {
			s := faulty(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/a.csv") {
					fmt.Fprint(w, "time,value\n2026-03-02T00:00:00Z,1\n")
					return
				}
				c.get(w, r)
			})
			table, _, err := s.Fetch(t.Context(), demand("s3://bucket/"), time.Time{}, time.Time{})
			if err == nil || table.Rows() != 0 {
				t.Fatalf("got %d rows and error %v, want nothing half-read", table.Rows(), err)
			}
			for _, sentinel := range []error{capacity.ErrAccess, capacity.ErrNotFound, capacity.ErrBadData, capacity.ErrNoData} {
				if got, want := errors.Is(err, sentinel), errors.Is(c.want, sentinel); got != want {
					t.Errorf("error %q is %q: got %v, want %v", err, sentinel, got, want)
				}
			}
			for _, part := range []string{"s3://bucket/b.csv", c.says} {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("got error %q, want it to say %q", err, part)
				}
			}
		})
	}
}

// What the server says of the encoding is not believed.
func TestSource_ContentEncoding(t *testing.T) {
	for _, encoding := range []string{"aws-chunked", "gzip", "aws-chunked,gzip"} {
		s := faulty(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", encoding)
			fmt.Fprint(w, "time,value\n2026-03-02T00:00:00Z,1\n")
		})
		table, _, err := s.Fetch(t.Context(), demand("s3://bucket/"), time.Time{}, time.Time{})
		if err != nil || table.Rows() != 1 {
			t.Errorf("%s: got %d rows and error %v, want 1 row", encoding, table.Rows(), err)
		}
		table.Release()
	}
}

// A caller that gives up gets its own reason back, and nothing else.
func TestSource_Cancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := faulty(t, func(w http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	table, _, err := s.Fetch(ctx, demand("s3://bucket/"), time.Time{}, time.Time{})
	if !errors.Is(err, context.Canceled) || table.Rows() != 0 {
		t.Errorf("got %d rows and error %v, want %v", table.Rows(), err, context.Canceled)
	}
}

func TestClient_Unreachable(t *testing.T) {
	server := httptest.NewServer(nil)
	server.Close() // its port is free now
	c := open(t, aws.Settings{Endpoint: server.URL, AccessKey: "a", SecretKey: "s", Attempts: 1})
	_, _, err := aws.Source{Client: c}.Fetch(t.Context(), demand("s3://bucket/"), time.Time{}, time.Time{})
	if err == nil || !strings.Contains(err.Error(), "check that the server runs") || !strings.Contains(err.Error(), server.URL) {
		t.Errorf("got error %v, want one that names %s and the remedy", err, server.URL)
	}
	if errors.Is(err, capacity.ErrAccess) || errors.Is(err, capacity.ErrNotFound) {
		t.Errorf("got error %v, want one that trying again may cure", err)
	}
}

// A write whose answer is lost may have happened; a Put finds its own data.
func TestStore_PutAfterLostAnswer(t *testing.T) {
	for stored, want := range map[string]error{"mine": nil, "other": capacity.ErrConflict} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut {
				answer(412, "PreconditionFailed")(w, r)
				return
			}
			fmt.Fprint(w, stored)
		}))
		c := open(t, aws.Settings{Endpoint: server.URL, AccessKey: "a", SecretKey: "s", Attempts: 1})
		_, err := aws.Store{Client: c, Bucket: "b"}.Put(t.Context(), "k", []byte("mine"))
		if !errors.Is(err, want) {
			t.Errorf("%s is stored: got error %v, want %v", stored, err, want)
		}
		server.Close()
	}
}

func TestOpen_NoRegionNoCredentials(t *testing.T) {
	for name, value := range map[string]string{
		"AWS_REGION": "", "AWS_DEFAULT_REGION": "", "AWS_PROFILE": "", "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "",
		"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "", "AWS_WEB_IDENTITY_TOKEN_FILE": "",
	} {
		t.Setenv(name, value)
	}
	_, err := aws.Open(t.Context(), aws.Settings{})
	if err == nil || !strings.Contains(err.Error(), "AWS_REGION") {
		t.Errorf("error without a region is %v, want one that names AWS_REGION", err)
	}
	_, err = aws.Open(t.Context(), aws.Settings{Region: "eu-west-1"})
	wantError(t, err, capacity.ErrAccess, "AWS_PROFILE")
}
