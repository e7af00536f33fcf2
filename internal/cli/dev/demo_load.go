package dev

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"strings"
	"time"

	"headroom"
)

// uploadTrace puts the shipped trace into the bucket as a metrics pipeline
// would have: one gzipped object a day. It returns their number and the end of
// the last step.
func uploadTrace(ctx context.Context, upload func(ctx context.Context, bucket, key string, data []byte) error, bucket string, step time.Duration) (objects int, end time.Time, err error) {
	in, err := gzip.NewReader(bytes.NewReader(headroom.Trace))
	if err != nil {
		return 0, end, fmt.Errorf("open the shipped trace: %w", err)
	}
	days := map[string][]string{}
	var order []string
	lines := bufio.NewScanner(in)
	lines.Scan()
	header := lines.Text()
	last := ""
	for lines.Scan() {
		last, _, _ = strings.Cut(lines.Text(), ",")
		day, _, _ := strings.Cut(last, "T")
		if days[day] == nil {
			order = append(order, day)
		}
		days[day] = append(days[day], lines.Text())
	}
	if err := lines.Err(); err != nil {
		return 0, end, fmt.Errorf("read the shipped trace: %w", err)
	}
	for _, day := range order {
		var object bytes.Buffer
		out := gzip.NewWriter(&object)
		fmt.Fprintf(out, "%s\n%s\n", header, strings.Join(days[day], "\n"))
		if err := out.Close(); err != nil {
			return 0, end, fmt.Errorf("pack the trace of %s: %w", day, err)
		}
		if err := upload(ctx, bucket, "chat/"+day+".csv.gz", object.Bytes()); err != nil {
			return 0, end, err
		}
	}
	at, err := time.Parse(time.RFC3339, last)
	if err != nil {
		return 0, end, fmt.Errorf("read the shipped trace: %w", err)
	}
	return len(order), at.Add(step), nil
}
