package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"

	"headroom/activities"
	"headroom/activities/policies"
	"headroom/adapters/aws"
	"headroom/adapters/aws/sns"
	"headroom/adapters/local"
	"headroom/capacity"
	"headroom/history"
	"headroom/internal/bounds"
	"headroom/internal/signedcalls"
	"headroom/internal/targetworker"
	"headroom/models"
)

// newActivities gives the activities their ports.
func newActivities(s Settings, s3 *aws.Client, temporal client.Client, call *targetworker.Caller) *activities.Activities {
	store := aws.Store{Client: s3, Bucket: s.Bucket}
	return activities.New(activities.Ports{
		Store: store,
		Sources: func(uri string) (history.Source, error) {
			named, err := s.Bounds.Sources.Allows(uri)
			if err != nil {
				return nil, fmt.Errorf("source: %w", err)
			}
			switch {
			case strings.HasPrefix(uri, "s3://"):
				return aws.Source{Client: s3}, nil
			case strings.HasPrefix(uri, "file://"):
				return local.Source{}, nil
			case strings.HasPrefix(uri, "prometheus"):
				metrics := s.Metrics
				metrics.Through = bounds.Transport(named)
				return metrics, nil
			}
			return nil, fmt.Errorf("source %q: write s3://bucket/prefix/, file:///folder/ or prometheus://host:9090/: %w", uri, capacity.ErrBadPolicy)
		},
		Targets:    targets(s, call),
		Models:     func(step time.Duration) []capacity.Model { return models.New(models.Seasons(step)) },
		Now:        time.Now,
		Conductor:  conductor{temporal, s.WorkerKeys, examiner(s, temporal)},
		Identifier: identifier{temporal, s.Identity, s.WorkerKeys, store},
		Access:     policies.Access{Verified: s.Identity.Issuer != "", Owners: s.Owners},
		Bounds:     s.Bounds,
		Notifier:   notifier{temporal, s.WorkerKeys, &sns.Topics{}, s.Bounds},
		Observer:   s.observer,
		Retention:  s.Retention,
		Heartbeat: func(ctx context.Context, found ...any) error {
			return temporal.RecordActivityHeartbeat(ctx, activity.GetInfo(ctx).TaskToken, signedcalls.Details(ctx, found)...)
		},
	})
}
