package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"headroom/adapters/aws"
	"headroom/adapters/aws/awstest"
	"headroom/audit"
	"headroom/capacity"
	"headroom/internal/devstack"
)

// BenchmarkAuditVerify verifies 50,000 records, about half a year of a service that is
// planned in every hour, in a bucket whose every answer comes 20 ms late: first as
// objects of their own, then in segments: make bench-audit. HEADROOM_RECORDS names
// another number.
func BenchmarkAuditVerify(b *testing.B) {
	const latency = 20 * time.Millisecond
	records := int64(50_000)
	if n, err := strconv.ParseInt(os.Getenv("HEADROOM_RECORDS"), 10, 64); err == nil {
		records = n
	}
	stack, err := devstack.Start(b.Context(), devstack.Settings{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := stack.Stop(); err != nil {
			b.Error(err)
		}
	}()
	settings := aws.Settings{Endpoint: stack.S3Endpoint, Region: "us-east-1", AccessKey: stack.AccessKey, SecretKey: stack.SecretKey}
	direct := bucketAt(b, settings)
	begun := time.Now()
	fillAudit(b, direct, records)
	b.Logf("%d records are put after %.1f s", records, time.Since(begun).Seconds())

	behind, err := awstest.Behind(stack.S3Endpoint)
	if err != nil {
		b.Fatal(err)
	}
	late := httptest.NewServer(&awstest.Faults{Server: behind, Plan: func(awstest.Call) awstest.Fault { return awstest.Fault{Delay: latency} }})
	defer late.Close()
	settings.Endpoint = late.URL
	store := bucketAt(b, settings)
	for b.Loop() {
		for _, unit := range []string{"s/objects", "s/segments"} {
			if unit == "s/segments" {
				begun := time.Now()
				if _, err := audit.Compact(b.Context(), store, "chat"); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(time.Since(begun).Seconds(), "s/compaction")
			}
			begun := time.Now()
			v, err := audit.Verify(b.Context(), store, "chat", "")
			if err != nil || v.Records != records {
				b.Fatalf("%+v, %v, want %d records", v, err, records)
			}
			b.ReportMetric(time.Since(begun).Seconds(), unit)
		}
	}
}

// bucketAt is the bucket of artefacts of a server.
func bucketAt(b *testing.B, s aws.Settings) aws.Store {
	b.Helper()
	client, err := aws.Open(b.Context(), s)
	if err != nil {
		b.Fatal(err)
	}
	return aws.Store{Client: client, Bucket: devstack.Bucket}
}

// fillAudit puts a chain of so many records.
func fillAudit(b *testing.B, store capacity.Store, records int64) {
	b.Helper()
	begin := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	var all errgroup.Group
	all.SetLimit(16)
	put := func(key string, v any) capacity.Ref {
		data, err := json.Marshal(v)
		if err != nil {
			b.Fatal(err)
		}
		all.Go(func() error {
			_, err := store.Put(b.Context(), key, data)
			return err
		})
		return capacity.RefTo(key, data)
	}
	var head audit.Head
	for n := int64(1); n <= records; n++ {
		r := audit.Record{
			Sequence: n, Service: "chat", ID: fmt.Sprint(n), At: begin.Add(time.Duration(n) * 5 * time.Minute), Kind: audit.Acted, Plan: "3f2a9c",
			Text: fmt.Sprintf("sim://chat: %d -> %d units: done", n, n+1), Previous: head.Newest,
		}
		head = audit.Head{Newest: put(fmt.Sprintf("audit/chat/records/%012d.json", n), r), Sequence: n, Oldest: begin, Recent: []string{r.ID}}
	}
	put(audit.HeadKey("chat"), head)
	if err := all.Wait(); err != nil {
		b.Fatal(err)
	}
}
