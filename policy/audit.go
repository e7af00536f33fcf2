package policy

import (
	"fmt"
	"time"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

// forEver is how the file says that no record of a decision is let go.
const forEver = "forever"

// audit reads how the record of decisions is kept.
func (f *file) audit(top *section) capacity.Audit {
	s := top.sub("audit", "")
	return capacity.Audit{Keep: optional(s, "keep", keep, forEver, "no record of a decision is let go")}
}

func keep(n *yaml.Node) (time.Duration, error) {
	if n.Kind == yaml.ScalarNode && n.Value == forEver {
		return 0, nil
	}
	d, err := duration(day)(n)
	if err != nil {
		err = fmt.Errorf("%w, or write %s", err, forEver)
	}
	return d, err
}

// formatKeep writes d so that keep reads it.
func formatKeep(d time.Duration) string {
	if d == 0 {
		return forEver
	}
	return formatDuration(d)
}
