package aws_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"headroom/adapters/aws"
	"headroom/capacity"
	"headroom/capacity/capacitytest"
	"headroom/history"
	"headroom/history/historytest"
	"headroom/internal/devstack"
)

// server starts one S3 server for all tests.
var server = sync.OnceValues(func() (*devstack.Stack, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute)
	defer cancel()
	return devstack.Start(ctx, devstack.Settings{Binary: os.Getenv("HEADROOM_DEVSERVER"), Log: os.Stderr})
})

var started bool

func TestMain(m *testing.M) {
	code := m.Run()
	if started {
		if stack, err := server(); err == nil {
			if err := stack.Stop(); err != nil {
				fmt.Fprintln(os.Stderr, err)
				code = 1
			}
		}
	}
	os.Exit(code)
}

// realServer are the settings of a real S3 server.
func realServer(t testing.TB) aws.Settings {
	t.Helper()
	if testing.Short() {
		t.Skip("needs an S3 server, whose first build takes minutes; run without -short")
	}
	started = true
	stack, err := server()
	if err != nil {
		t.Fatal(err)
	}
	return aws.Settings{Endpoint: stack.S3Endpoint, AccessKey: stack.AccessKey, SecretKey: stack.SecretKey}
}

func open(t testing.TB, s aws.Settings) *aws.Client {
	t.Helper()
	c, err := aws.Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var buckets int

// bucket creates a bucket of the test's own.
func bucket(t testing.TB, c *aws.Client) string {
	t.Helper()
	buckets++
	name := fmt.Sprintf("test-%d", buckets)
	if err := c.EnsureBucket(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestSource(t *testing.T) {
	c := open(t, realServer(t))
	historytest.Source(t, func(t testing.TB, objects map[string][]byte) (history.Source, string) {
		b := bucket(t, c)
		for key, data := range objects {
			if err := c.Upload(t.Context(), b, "load/"+key, data); err != nil {
				t.Fatal(err)
			}
		}
		return aws.Source{Client: c}, "s3://" + b + "/load/"
	})
}

// However little may be in memory at once, everything is read.
func TestSource_OneByOne(t *testing.T) {
	c := open(t, realServer(t))
	b := bucket(t, c)
	for i := range 5 {
		data := fmt.Appendf(nil, "time,value\n2026-03-02T0%d:00:00Z,1\n", i)
		if err := c.Upload(t.Context(), b, fmt.Sprintf("%d.csv", i), data); err != nil {
			t.Fatal(err)
		}
	}
	table, err := aws.Source{Client: c, Objects: 2, InFlight: 1}.Fetch(t.Context(), demand("s3://"+b), time.Time{}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	defer table.Release()
	if table.Rows() != 5 {
		t.Errorf("got %d rows, want 5", table.Rows())
	}
}

// Who has not uploaded anything yet sees how to.
func TestSource_NothingUploaded(t *testing.T) {
	c := open(t, realServer(t))
	address := "s3://" + bucket(t, c) + "/chat/"
	_, err := aws.Source{Client: c}.Fetch(t.Context(), demand(address), time.Time{}, time.Time{})
	if remedy := "aws s3 cp load.csv " + address; !errors.Is(err, capacity.ErrNoData) || !strings.Contains(err.Error(), remedy) {
		t.Errorf("got %v, want %v with %q", err, capacity.ErrNoData, remedy)
	}
}

func TestSource_Addresses(t *testing.T) {
	c := open(t, realServer(t))
	b := bucket(t, c)
	for i, key := range []string{"load/1.csv", "load/2.csv", "load-test/3.csv", "load.csv"} {
		data := fmt.Appendf(nil, "time,value\n2026-03-02T0%d:00:00Z,1\n", i)
		if err := c.Upload(t.Context(), b, key, data); err != nil {
			t.Fatal(err)
		}
	}
	for address, want := range map[string]struct {
		rows int
		err  error
	}{
		"s3://" + b:               {rows: 4},
		"s3://" + b + "/":         {rows: 4},
		"s3://" + b + "/load/":    {rows: 2},
		"s3://" + b + "/load":     {rows: 2},
		"s3://" + b + "/load.csv": {rows: 1},
		"s3://" + b + "/lo":       {err: capacity.ErrNoData},
		"s3://no-such-bucket/":    {err: capacity.ErrNotFound},
		"s3:///load/":             {err: capacity.ErrBadPolicy},
		"file:///load/":           {err: capacity.ErrBadPolicy},
	} {
		t.Run(address, func(t *testing.T) {
			table, err := aws.Source{Client: c}.Fetch(t.Context(), demand(address), time.Time{}, time.Time{})
			defer table.Release()
			if !errors.Is(err, want.err) {
				t.Fatalf("got error %v, want %v", err, want.err)
			}
			if table.Rows() != want.rows {
				t.Errorf("got %d rows, want %d", table.Rows(), want.rows)
			}
		})
	}
}

func TestSource_TooLarge(t *testing.T) {
	c := open(t, realServer(t))
	b := bucket(t, c)
	if err := c.Upload(t.Context(), b, "load.csv", []byte("time,value\n2026-03-02T00:00:00Z,1\n")); err != nil {
		t.Fatal(err)
	}
	_, err := aws.Source{Client: c, Limits: history.Limits{Object: 10}}.Fetch(t.Context(), demand("s3://"+b), time.Time{}, time.Time{})
	wantError(t, err, capacity.ErrBadData, "load.csv", "split it")
}

// What was written a day before a time, or earlier, holds nothing that was
// measured since, and is not read: here it could not be.
func TestSource_WrittenBefore(t *testing.T) {
	c := open(t, realServer(t))
	b := bucket(t, c)
	if err := c.Upload(t.Context(), b, "load.csv", []byte("not a table")); err != nil {
		t.Fatal(err)
	}
	s := aws.Source{Client: c}
	_, err := s.Fetch(t.Context(), demand("s3://"+b+"/"), time.Now().Add(25*time.Hour), time.Time{})
	if !errors.Is(err, capacity.ErrNoData) || !strings.Contains(err.Error(), "1 data objects were written long before") {
		t.Errorf("got %v, want %v", err, capacity.ErrNoData)
	}
	if _, err = s.Fetch(t.Context(), demand("s3://"+b+"/"), time.Now().Add(23*time.Hour), time.Time{}); !errors.Is(err, capacity.ErrBadData) {
		t.Errorf("written less than a day before: got %v, want it read", err)
	}
}

func TestStore(t *testing.T) {
	c := open(t, realServer(t))
	for _, prefix := range []string{"", "deep/down/"} {
		t.Run("prefix "+prefix, func(t *testing.T) {
			capacitytest.Store(t, func(t *testing.T) capacity.Store {
				return aws.Store{Client: c, Bucket: bucket(t, c), Prefix: prefix}
			})
		})
	}
}

func TestStore_NoSuchBucket(t *testing.T) {
	s := aws.Store{Client: open(t, realServer(t)), Bucket: "no-such-bucket"}
	_, err := s.Put(t.Context(), "k", nil)
	wantError(t, err, capacity.ErrNotFound, "bucket", "no-such-bucket")
	_, _, err = s.Get(t.Context(), "k")
	wantError(t, err, capacity.ErrNotFound, "bucket", "no-such-bucket")
	wantError(t, s.Swap(t.Context(), "k", nil, ""), capacity.ErrNotFound, "bucket", "no-such-bucket")
	wantError(t, s.Swap(t.Context(), "k", nil, "version"), capacity.ErrNotFound, "bucket", "no-such-bucket")
}

func TestClient_EnsureBucket(t *testing.T) {
	c := open(t, realServer(t))
	b := bucket(t, c)
	if err := c.EnsureBucket(t.Context(), b); err != nil {
		t.Errorf("a second time: got error %v", err)
	}
}

func TestClient_WrongCredentials(t *testing.T) {
	for name, spoil := range map[string]func(*aws.Settings){
		"access key": func(s *aws.Settings) { s.AccessKey = "somebody" },
		"secret key": func(s *aws.Settings) { s.SecretKey += "x" },
	} {
		t.Run(name, func(t *testing.T) {
			s := realServer(t)
			spoil(&s)
			c := open(t, s)
			_, err := aws.Source{Client: c}.Fetch(t.Context(), demand("s3://load-history/chat/"), time.Time{}, time.Time{})
			wantError(t, err, capacity.ErrAccess, name, "s3://load-history/chat/")
			wantError(t, c.EnsureBucket(t.Context(), "load-history"), capacity.ErrAccess, "load-history")
		})
	}
}

func demand(address string) capacity.Demand {
	return capacity.Demand{Source: address, Time: "time", Value: "value"}
}

func wantError(t *testing.T, err, want error, parts ...string) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got error %v, want %v", err, want)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("got error %q, want it to say %q", err, part)
		}
	}
}
