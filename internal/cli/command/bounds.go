package command

import (
	"cmp"
	"fmt"
)

// Within refuses a number below least or above most.
func Within[N cmp.Ordered](flag string, v, least, most N) error {
	if v < least || v > most {
		return fmt.Errorf("--%s is %v, give a number from %v to %v: %w", flag, v, least, most, ErrUsage)
	}
	return nil
}
