package temporal

import (
	"errors"
	"fmt"
	"strings"
	"time"

	uiversion "github.com/temporalio/ui-server/v2/server/version"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/server/common/headers"

	"headroom/devserver/ports"
)

// The versions of what this package runs. A database file is only ever opened
// by the Version that created it.
const (
	Version   = headers.ServerVersion
	UIVersion = uiversion.UIVersion
)

// DefaultRetention is how long a new namespace keeps closed workflows unless
// the settings say otherwise.
const DefaultRetention = 30 * 24 * time.Hour

// ErrSettings means that the settings make no sense, so that trying again
// with the same ones is no use.
var ErrSettings = errors.New("wrong settings")

// Settings say what to run. IP, Port, Database and Namespace are required.
type Settings struct {
	IP          string // loopback
	Port        int    // of the frontend
	UIPort      int    // 0 starts no Web UI
	MetricsPort int    // 0 keeps the metrics off
	Codec       string // address of the codec server that the Web UI asks; "" is none
	Database    string // SQLite file, created if it does not exist
	Namespace   string
	Retention   time.Duration // of a new namespace; 0 is DefaultRetention
	LogLevel    string        // "" is warn
	Attributes  map[string]enumspb.IndexedValueType
}

// AddAttribute adds a search attribute written as NAME=Type.
func (s *Settings) AddAttribute(text string) error {
	name, kind, ok := strings.Cut(text, "=")
	if !ok || name == "" {
		return fmt.Errorf("search attribute %q is not written as NAME=Type", text)
	}
	value, err := enumspb.IndexedValueTypeFromString(kind)
	if err != nil || value == enumspb.INDEXED_VALUE_TYPE_UNSPECIFIED {
		return fmt.Errorf("search attribute %q has type %q: use Bool, Datetime, Double, Int, Keyword, KeywordList or Text", name, kind)
	}
	if s.Attributes == nil {
		s.Attributes = map[string]enumspb.IndexedValueType{}
	}
	s.Attributes[name] = value
	return nil
}

// complete checks s and returns it with the defaults written out.
func (s Settings) complete() (Settings, error) {
	if s.Retention == 0 {
		s.Retention = DefaultRetention
	}
	if s.LogLevel == "" {
		s.LogLevel = "warn"
	}
	switch {
	case s.Database == "":
		return s, fmt.Errorf("no database file: give one with --db: %w", ErrSettings)
	case s.Namespace == "":
		return s, fmt.Errorf("no namespace: give one with --namespace: %w", ErrSettings)
	case s.Port <= 0 || s.UIPort < 0 || s.MetricsPort < 0:
		return s, fmt.Errorf("ports %d, %d, %d: the first must be positive and none negative: %w", s.Port, s.UIPort, s.MetricsPort, ErrSettings)
	case s.Retention < time.Hour:
		return s, fmt.Errorf("retention %v: must be an hour or more: %w", s.Retention, ErrSettings)
	}
	if err := ports.Loopback(s.IP); err != nil {
		return s, fmt.Errorf("%w: %w", err, ErrSettings)
	}
	return s, nil
}
