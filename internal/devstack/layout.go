package devstack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// The buckets that every stack has.
const (
	Bucket        = "headroom"     // what Headroom stores
	HistoryBucket = "load-history" // where load histories may be put
)

// attributes are the search attributes by which Headroom's workflows are found.
var attributes = []string{"HeadroomService", "HeadroomStage", "HeadroomModel", "HeadroomVerdict", "HeadroomSchedule"}

// temporalArgs puts the server's version in the name of its file, because a
// file never fits another version.
func temporalArgs(data, version, codec string, port, uiPort int) []string {
	args := []string{
		"temporal", "--ip", loopback, "--port", strconv.Itoa(port), "--ui-port", strconv.Itoa(uiPort),
		"--db", filepath.Join(data, "temporal-"+version+".db"), "--namespace", "default",
	}
	if codec != "" {
		args = append(args, "--codec", codec)
	}
	for _, name := range attributes {
		args = append(args, "--search-attribute", name+"=Keyword")
	}
	return args
}

func s3Args(data string, port int) []string {
	return []string{
		"s3", "--ip", loopback, "--port", strconv.Itoa(port), "--root", filepath.Join(data, "s3"),
		"--access", accessKey, "--bucket", Bucket, "--bucket", HistoryBucket,
	}
}

// serverVersion asks the program which Temporal is inside.
func serverVersion(ctx context.Context, binary string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, binary, "version", "--json").Output()
	var versions struct{ Temporal string }
	if err == nil {
		err = json.Unmarshal(out, &versions)
	}
	if err != nil || versions.Temporal == "" {
		return "", fmt.Errorf("ask %q for its version: not a devserver of Headroom: %w", binary, errors.Join(err, fmt.Errorf("it said %q", out)))
	}
	return versions.Temporal, nil
}
