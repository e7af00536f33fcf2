package local

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"headroom/capacity"
)

// stopped is ErrStopped, with the reason, while there is a file that says so.
func (t *Target) stopped() error {
	file := strings.TrimSuffix(t.path, ".json") + ".stop"
	reason, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("see whether changes are stopped: %w", err)
	}
	return fmt.Errorf("the file %s forbids changes (%s); remove it to allow them: %w", file, strings.TrimSpace(string(reason)), capacity.ErrStopped)
}
