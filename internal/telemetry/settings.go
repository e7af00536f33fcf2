// Package telemetry is what a worker tells about itself: metrics for
// Prometheus, traces by OpenTelemetry, and logs. What Headroom did is read from
// the inputs and results of its activities, so that none of them knows a metric.
package telemetry

import (
	"fmt"
	"log/slog"
	"strings"
)

// Settings say what to tell, and where. The zero value logs text from level
// info on, and tells nothing else.
type Settings struct {
	Listen string // address of /metrics, /healthz and /readyz; "" is none
	Traces bool   // whether spans are sent to where the OTEL_* variables say
	JSON   bool   // whether logs are JSON
	Level  slog.Level
}

// FromEnvironment reads the settings. The value function returns a variable, or
// the fallback if it is not set:
//
//	HEADROOM_METRICS              address to serve /metrics, /healthz and /readyz on, such as :9464 (none)
//	HEADROOM_LOG                  text or json (text)
//	HEADROOM_LOG_LEVEL            debug, info, warn or error (info)
//	OTEL_EXPORTER_OTLP_ENDPOINT   where spans are sent, by OTLP over HTTP (nowhere); also the other OTEL_* variables
func FromEnvironment(value func(name, fallback string) string) (s Settings, err error) {
	s.Listen = value("HEADROOM_METRICS", "")
	switch form := value("HEADROOM_LOG", "text"); form {
	case "text":
	case "json":
		s.JSON = true
	default:
		return s, fmt.Errorf("HEADROOM_LOG is %q: write text or json", form)
	}
	if err := s.Level.UnmarshalText([]byte(value("HEADROOM_LOG_LEVEL", "info"))); err != nil {
		return s, fmt.Errorf("HEADROOM_LOG_LEVEL: %w: write debug, info, warn or error", err)
	}
	s.Traces = value("OTEL_EXPORTER_OTLP_ENDPOINT", "")+value("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "") != "" &&
		!strings.EqualFold(value("OTEL_SDK_DISABLED", "false"), "true")
	protocol := value("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", value("OTEL_EXPORTER_OTLP_PROTOCOL", protobuf))
	if s.Traces && protocol != protobuf {
		return s, fmt.Errorf("OTEL_EXPORTER_OTLP_PROTOCOL is %q: this worker sends %s alone: set it, and the address that takes it (port 4318 by custom)", protocol, protobuf)
	}
	return s, nil
}

// protobuf is the protocol by which spans are sent.
const protobuf = "http/protobuf"
