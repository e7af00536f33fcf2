package capacity

import (
	"regexp"
	"strings"
)

// workerName is how target workers are named.
var workerName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// IsWorkerName reports whether a target worker may have the name.
func IsWorkerName(name string) bool { return workerName.MatchString(name) }

// Worker is the target worker that an address names, and the address as that worker
// knows it: "kube://eu1@shop/hpa/web" is "kube://shop/hpa/web" at the target worker
// eu1. It is empty for a target that the planning workers reach themselves.
func (t TargetName) Worker() (worker string, local TargetName) {
	scheme, rest, found := strings.Cut(string(t), "://")
	if !found {
		return "", t
	}
	host := rest
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		host = rest[:end]
	}
	worker, _, named := strings.Cut(host, "@")
	if !named {
		return "", t
	}
	return worker, TargetName(scheme + "://" + rest[len(worker)+1:])
}
