package lifecycle

import (
	"encoding/json"
	"fmt"
	"io"
)

// Announce writes ready as one line of JSON: the sign to the parent process
// that the server takes requests.
func Announce(stdout io.Writer, ready any) error {
	if err := json.NewEncoder(stdout).Encode(ready); err != nil {
		return fmt.Errorf("announce that the server is ready: %w", err)
	}
	return nil
}
