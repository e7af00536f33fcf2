package objects

import (
	"errors"
	"fmt"

	"headroom/devserver/ports"
)

// ErrSettings means that the settings make no sense, so that trying again
// with the same ones is no use.
var ErrSettings = errors.New("wrong settings")

// Settings say what to run. Everything but Buckets is required.
type Settings struct {
	IP        string // loopback
	Port      int
	Root      string // folder, created if it does not exist
	AccessKey string
	SecretKey string
	Buckets   []string // created if they do not exist
}

func (s Settings) check() error {
	switch {
	case s.Root == "":
		return fmt.Errorf("no folder: give one with --root: %w", ErrSettings)
	case s.AccessKey == "" || s.SecretKey == "":
		return fmt.Errorf("no keys: give them with --access and --secret: %w", ErrSettings)
	case s.Port <= 0:
		return fmt.Errorf("port %d: must be positive: %w", s.Port, ErrSettings)
	}
	if err := ports.Loopback(s.IP); err != nil {
		return fmt.Errorf("%w: %w", err, ErrSettings)
	}
	return nil
}
