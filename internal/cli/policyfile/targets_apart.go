package policyfile

import (
	"fmt"

	"headroom/capacity"
)

// A TargetBook says which service of which file scales a target.
type TargetBook map[string]string

// Add refuses a policy with a target that another service scales: both would request
// their own numbers of it in turn, however they write its address.
func (b TargetBook) Add(path string, p capacity.Policy) error {
	for _, pool := range p.Pools {
		target := pool.Target.Identity()
		if other, taken := b[target]; taken {
			return fmt.Errorf("%s: pool %q: %s is scaled by %s already; give each service targets of its own, or retire one: %w", path, pool.Name, target, other, capacity.ErrBadPolicy)
		}
	}
	for _, pool := range p.Pools {
		target := pool.Target.Identity()
		b[target] = fmt.Sprintf("%q of %s", p.Service, path)
	}
	return nil
}
