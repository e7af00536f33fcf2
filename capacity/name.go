package capacity

import (
	"fmt"
	"strings"
)

// IsName reports whether a service, an event or a pool may have the name, which becomes a
// part of keys and workflow IDs.
func IsName(name string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789-"
	return name != "" && len(name) <= 63 && name[0] != '-' && strings.Trim(name, letters) == ""
}

// AllServices stands for all services where a name of a service stands otherwise; no
// service can have it.
const AllServices = "*"

// CheckService returns ErrRefused for a text that no service can have as its name. Who
// puts a caller's text into a key or a workflow ID calls it first.
func CheckService(name string) error {
	if IsName(name) {
		return nil
	}
	return fmt.Errorf("%.80q is no name of a service: write up to 63 of a-z, 0-9 and -, not starting with -: %w", name, ErrRefused)
}
