// Package session connects a command to Temporal and to the bucket: it starts runs, waits for them,
// asks and orders them, and says why one does not answer.
package session

import (
	"context"
	"io"
	"log/slog"
	"os"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"headroom/capacity"
	"headroom/internal/app"
)

// A Session is a command's connection to what is under way and to what was
// decided.
type Session struct {
	Temporal client.Client
	Store    capacity.Store

	token     app.Token               // that proves who speaks
	namespace string                  // of Temporal
	converter converter.DataConverter // reads the input of a run
}

// Open connects to what the environment names.
func Open(ctx context.Context, stderr io.Writer) (Session, error) {
	settings, err := app.FromEnvironment(os.LookupEnv)
	if err != nil {
		return Session{}, err
	}
	store, err := app.OpenStore(ctx, settings)
	if err != nil {
		return Session{}, err
	}
	token, err := app.TokenFrom(os.LookupEnv)
	if err != nil {
		return Session{}, err
	}
	temporal, err := app.Dial(ctx, settings, Quiet(stderr))
	sealed := settings.Temporal
	settings.Keys.Seal(&sealed)
	return Session{Temporal: temporal, Store: store, token: token, namespace: settings.Temporal.Namespace, converter: sealed.DataConverter}, err
}

// DialTemporal connects to what is under way; what was decided is not needed.
func DialTemporal(ctx context.Context, stderr io.Writer) (client.Client, error) {
	settings, err := app.FromEnvironment(os.LookupEnv)
	if err != nil {
		return nil, err
	}
	return app.Dial(ctx, settings, Quiet(stderr))
}

// OpenStore connects to what was decided; what is under way is not needed.
func OpenStore(ctx context.Context) (capacity.Store, error) {
	settings, err := app.FromEnvironment(os.LookupEnv)
	if err != nil {
		return nil, err
	}
	return app.OpenStore(ctx, settings)
}

// Quiet logs only what a user of a command should worry about.
func Quiet(stderr io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}
