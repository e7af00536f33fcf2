package aws_test

import (
	"fmt"
	"net/http/httptest"
	"testing"

	"golang.org/x/sync/errgroup"

	"headroom/adapters/aws"
	"headroom/adapters/aws/awstest"
	"headroom/capacity"
)

// More keys than the server gives at once are all listed; where a later page is
// refused, the loop ends with the error, not as if there were no more.
func TestStore_ListPages(t *testing.T) {
	settings := realServer(t)
	direct := open(t, settings)
	b := bucket(t, direct)
	s := aws.Store{Client: direct, Bucket: b, Prefix: "deep"}
	const keys = 2100
	var all errgroup.Group
	all.SetLimit(16)
	for i := range keys {
		all.Go(func() error {
			_, err := s.Put(t.Context(), fmt.Sprintf("k/%04d", i), nil)
			return err
		})
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
	count := func(s aws.Store, from int) (n int, err error) {
		after := ""
		if from > 0 {
			after = fmt.Sprintf("k/%04d", from-1)
		}
		for e, err := range s.List(t.Context(), "k/", after) {
			if err != nil {
				return n, err
			}
			if want := fmt.Sprintf("k/%04d", from+n); e.Key != want {
				t.Fatalf("entry %d is %q, want %q", n, e.Key, want)
			}
			n++
		}
		return n, nil
	}
	if n, err := count(s, 0); err != nil || n != keys {
		t.Errorf("got %d keys, %v, want %d", n, err, keys)
	}
	if n, err := count(s, 100); err != nil || n != keys-100 {
		t.Errorf("after k/0099: got %d keys, %v, want %d", n, err, keys-100)
	}

	behind, err := awstest.Behind(settings.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	spoiled := httptest.NewServer(&awstest.Faults{Server: behind, Plan: func(awstest.Call) awstest.Fault {
		if calls++; calls > 1 {
			return awstest.Fault{Code: "AccessDenied", Status: 403}
		}
		return awstest.Fault{}
	}})
	defer spoiled.Close()
	settings.Endpoint = spoiled.URL
	n, err := count(aws.Store{Client: open(t, settings), Bucket: b, Prefix: "deep"}, 0)
	if n != 1000 {
		t.Errorf("got %d keys before the refused page, want 1000", n)
	}
	wantError(t, err, capacity.ErrAccess, "list", b, "deep/k/")
}
