package show

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"headroom/capacity"
	"headroom/internal/cli/command"
)

// A planFile is what plan --json writes, as far as it is read again.
type planFile struct {
	Plan struct {
		capacity.Plan
		Step brief
		Load any // the account of the load is for people
	}
	Timezone string
}

// A brief is a duration that is written as a text, such as 10m.
type brief time.Duration

// UnmarshalText reads what capacity.Brief writes.
func (b *brief) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	*b = brief(d)
	return err
}

// isFile reports whether --plan names a file, and not a plan's ID, which has
// neither points nor slashes.
func isFile(plan string) bool { return strings.ContainsAny(plan, `./\`) }

// Bounds of a file that holds a plan: one of a week in steps of a minute for ten
// pools has 40 MiB and 300,000 objects.
const (
	mostPlanBytes   = 64 << 20
	mostPlanObjects = 300_000
)

// readBounded reads a regular file of no more than mostPlanBytes.
func readBounded(path string) ([]byte, error) {
	at, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !at.Mode().IsRegular() || at.Size() > mostPlanBytes {
		return nil, fmt.Errorf("%s is no file of at most %d MiB: name the file into which plan --json was written: %w", path, mostPlanBytes>>20, capacity.ErrBadData)
	}
	return os.ReadFile(path)
}

// readPlan reads a plan that plan --json wrote, and its time zone.
func readPlan(path string) (capacity.Plan, string, error) {
	data, err := readBounded(path)
	if err != nil {
		return capacity.Plan{}, "", fmt.Errorf("read the plan: %w", err)
	}
	if n := bytes.Count(data, []byte("{")); n > mostPlanObjects {
		return capacity.Plan{}, "", fmt.Errorf("read the plan %s: it has %d objects, more than %d, and no plan has so many: write one with plan --json: %w", path, n, mostPlanObjects, capacity.ErrBadData)
	}
	var f planFile
	if err := json.Unmarshal(data, &f); err != nil {
		return capacity.Plan{}, "", fmt.Errorf("read the plan %s: %w: write one with plan --json: %w", path, err, capacity.ErrBadData)
	}
	p := f.Plan.Plan
	p.Step = time.Duration(f.Plan.Step)
	if p.Step <= 0 || len(p.Pools) == 0 {
		return p, "", fmt.Errorf("%s holds no plan with steps: write one with plan --json: %w", path, capacity.ErrBadData)
	}
	for _, pool := range p.Pools {
		for _, s := range pool.Steps {
			if s.Units < 0 || s.Need < 0 {
				return p, "", fmt.Errorf("the plan %s has %s and a need of %g in the step at %s of pool %q, and neither can be negative: write it anew with plan --json: %w", path, capacity.Count(s.Units, "unit"), s.Need, s.Start.Format(time.RFC3339), command.Escaped(pool.Pool), capacity.ErrBadData)
			}
		}
		if len(pool.Steps) != len(p.Pools[0].Steps) {
			return p, "", fmt.Errorf("the plan %s has %s of pool %q and %d of %q: write it anew with plan --json: %w", path, capacity.Count(len(p.Pools[0].Steps), "step"), p.Pools[0].Pool, len(pool.Steps), pool.Pool, capacity.ErrBadData)
		}
	}
	return p, f.Timezone, nil
}
