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

// refusal answers with an error of S3 and further elements of it.
func refusal(status int, code, message, further string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message>%s</Error>", code, message, further)
	}
}

// An object that a listing says is archived is asked for before all others: most
// likely it has to be restored, and until then nothing can be planned. One that
// has been restored is read.
func TestSource_ArchivedFirst(t *testing.T) {
	const listing = `<ListBucketResult><KeyCount>3</KeyCount><IsTruncated>false</IsTruncated>` +
		`<Contents><Key>a.csv</Key><Size>33</Size><StorageClass>STANDARD</StorageClass></Contents>` +
		`<Contents><Key>b.csv</Key><Size>33</Size><StorageClass>DEEP_ARCHIVE</StorageClass></Contents>` +
		`<Contents><Key>c.csv</Key><Size>33</Size></Contents></ListBucketResult>`
	for restored, want := range map[bool]string{false: "/bucket/b.csv", true: "/bucket/b.csv /bucket/a.csv /bucket/c.csv"} {
		var got []string
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Has("list-type") {
				fmt.Fprint(w, listing)
				return
			}
			got = append(got, r.URL.Path)
			if !restored {
				refusal(403, "InvalidObjectState", "", "<StorageClass>DEEP_ARCHIVE</StorageClass>")(w, r)
				return
			}
			fmt.Fprintf(w, "time,value\n2026-03-02T0%d:00:00Z,1\n", len(got))
		}))
		t.Cleanup(server.Close)
		source := aws.Source{Client: open(t, aws.Settings{Endpoint: server.URL, AccessKey: "a", SecretKey: "s", Attempts: 1}), Objects: 1}
		table, err := source.Fetch(t.Context(), demand("s3://bucket/"), time.Time{}, time.Time{})
		if restored != (err == nil) || restored != (table.Rows() == 3) {
			t.Errorf("restored %v: got %d rows and %v", restored, table.Rows(), err)
		}
		if asked := strings.Join(got, " "); !restored && !strings.HasPrefix(asked, want) || restored && asked != want {
			t.Errorf("restored %v: asked for %s, want %s first", restored, asked, want)
		}
		table.Release()
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
		"archived":     {refusal(403, "InvalidObjectState", "The operation is not valid for the object's storage class", "<StorageClass>GLACIER</StorageClass>"), capacity.ErrBadData, "is archived (GLACIER): restore it, or shorten demand.window"},
		"deeply":       {refusal(403, "InvalidObjectState", "", "<StorageClass>DEEP_ARCHIVE</StorageClass>"), capacity.ErrBadData, "is archived (DEEP_ARCHIVE): restore it"},
		"archive tier": {refusal(403, "InvalidObjectState", "", "<StorageClass>INTELLIGENT_TIERING</StorageClass><AccessTier>ARCHIVE_ACCESS</AccessTier>"), capacity.ErrBadData, "is archived (INTELLIGENT_TIERING, ARCHIVE_ACCESS): restore it"},
		"class unsaid": {refusal(403, "InvalidObjectState", "", ""), capacity.ErrBadData, "restore it"},
		"key denied": {
			refusal(403, "AccessDenied", "User: arn:aws:iam::1:user/h is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:1:key/2", ""),
			capacity.ErrAccess, "allow kms:Decrypt on it",
		},
		"key disabled": {refusal(400, "KMS.DisabledException", "arn:aws:kms:eu-west-1:1:key/2 is disabled.", ""), capacity.ErrAccess, "enable it"},
		"own key": {
			refusal(400, "InvalidRequest", "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.", ""),
			capacity.ErrBadData, "SSE-C",
		},
		"another refusal": {refusal(403, "AllAccessDisabled", "All access to this object has been disabled", ""), capacity.ErrAccess, "see what it says (AllAccessDisabled: All access"},
		"throttled":       {answer(503, "SlowDown"), nil, "SlowDown"},
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
			table, err := s.Fetch(t.Context(), demand("s3://bucket/"), time.Time{}, time.Time{})
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
		table, err := s.Fetch(t.Context(), demand("s3://bucket/"), time.Time{}, time.Time{})
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
	table, err := s.Fetch(ctx, demand("s3://bucket/"), time.Time{}, time.Time{})
	if !errors.Is(err, context.Canceled) || table.Rows() != 0 {
		t.Errorf("got %d rows and error %v, want %v", table.Rows(), err, context.Canceled)
	}
}

func TestClient_Unreachable(t *testing.T) {
	server := httptest.NewServer(nil)
	server.Close() // its port is free now
	c := open(t, aws.Settings{Endpoint: server.URL, AccessKey: "a", SecretKey: "s", Attempts: 1})
	_, err := aws.Source{Client: c}.Fetch(t.Context(), demand("s3://bucket/"), time.Time{}, time.Time{})
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
