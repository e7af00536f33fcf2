// Package app wires a process together: settings from the environment, the
// adapters they name, and the workers that run on them. It is the only place
// that knows every part.
package app

import (
	"fmt"
	"os"
	"path/filepath"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"

	"headroom/activities/pruning"
	"headroom/activities/records"
	"headroom/adapters/aws"
	"headroom/adapters/oidc"
	"headroom/adapters/prometheus"
	"headroom/internal/bounds"
	"headroom/internal/codec"
	"headroom/internal/proof"
	"headroom/internal/telemetry"
)

// Settings are where a process finds the outside world. The zero value is
// Temporal as the SDK's environment says, and real AWS.
type Settings struct {
	Temporal client.Options
	S3       aws.Settings
	Bucket   string            // of artefacts
	Fleet    string            // folder of the simulated fleet
	Webhook  []byte            // secret that requests to webhooks are signed with
	Metrics  prometheus.Source // how servers of metrics are asked
	Keys     codec.Keys        // that seal what Temporal keeps
	// WorkerKeys prove to workers what other workers send.
	WorkerKeys proof.Keys
	Workers    Workers
	Identity   oidc.Provider // that says who speaks
	Owners     []string      // who may put the first policy of a service in force: names, and group:NAME
	Bounds     bounds.Bounds // of what policies may name; the zero Bounds allow nothing
	// TargetWorkers are how target workers are called, and what makes this one.
	TargetWorkers TargetWorkers
	// Retention is for how long what nothing in force needs is kept.
	Retention pruning.Retention
	// Telemetry is what a worker tells about itself.
	Telemetry telemetry.Settings

	observer records.Observer // of what activities do; nil: none
	metrics  *telemetry.Metrics
}

// FromEnvironment reads the settings through lookup, which is like
// [os.LookupEnv]:
//
//	TEMPORAL_*                  how to reach Temporal: the SDK's own variables and profiles
//	AWS_*                       region and credentials: the SDK's own variables and profiles
//	HEADROOM_S3_ENDPOINT        an S3 server other than AWS
//	HEADROOM_BUCKET             where artefacts are kept (headroom)
//	HEADROOM_FLEET              folder of the simulated fleet (in the user's cache)
//	HEADROOM_CODEC_KEY_FILE     file of the keys that seal what Temporal keeps (it is not sealed)
//	HEADROOM_CODEC_KEYS         the keys themselves, where there is no file
//	HEADROOM_RETENTION          how long is kept what nothing in force needs (see docs/storage.md)
//	HEADROOM_WEBHOOK            secret that requests to webhooks are signed with (they are not signed)
//
// those of [Metrics], of [bounds.FromEnvironment], of [Provider], of [Owners], of [TokenFrom], of [WorkerKeys], of [Workers], of [TargetWorkers] and of [telemetry.FromEnvironment].
func FromEnvironment(lookup func(string) (string, bool)) (Settings, error) {
	value := or(lookup)
	options, err := envconfig.LoadDefaultClientOptions()
	if err != nil {
		return Settings{}, fmt.Errorf("read Temporal's settings: %w", err)
	}
	s := Settings{
		Temporal: options,
		S3:       aws.Settings{Endpoint: value("HEADROOM_S3_ENDPOINT", "")},
		Bucket:   value("HEADROOM_BUCKET", "headroom"),
		Fleet:    value("HEADROOM_FLEET", ""),
		Webhook:  []byte(value("HEADROOM_WEBHOOK", "")),
	}
	if s.Metrics, err = Metrics(lookup); err != nil {
		return s, err
	}
	if s.Bounds, err = bounds.FromEnvironment(lookup); err != nil {
		return s, err
	}
	s.Identity = Provider(lookup)
	s.Owners = Owners(lookup)
	if s.Keys, err = Keys(lookup); err != nil {
		return s, err
	}
	if s.WorkerKeys, err = WorkerKeys(lookup); err != nil {
		return s, err
	}
	if s.Workers, err = workersFrom(value); err != nil {
		return s, err
	}
	if s.TargetWorkers, err = targetWorkersFrom(value); err != nil {
		return s, err
	}
	if s.Retention, err = retentionFrom(value); err != nil {
		return s, err
	}
	if s.Telemetry, err = telemetry.FromEnvironment(value); err != nil {
		return s, err
	}
	if s.Fleet == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return s, fmt.Errorf("find a folder for the simulated fleet: %w: set HEADROOM_FLEET", err)
		}
		s.Fleet = filepath.Join(cache, "headroom", "fleet")
	}
	return s, nil
}

// Telemetry is what the environment says of metrics, spans and logs, by the variables
// of [telemetry.FromEnvironment].
func Telemetry(lookup func(string) (string, bool)) (telemetry.Settings, error) {
	return telemetry.FromEnvironment(or(lookup))
}

// or is a lookup with a fallback for what is not set, or is empty.
func or(lookup func(string) (string, bool)) func(name, fallback string) string {
	return func(name, fallback string) string {
		if v, ok := lookup(name); ok && v != "" {
			return v
		}
		return fallback
	}
}
