package cli

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

// A session is a command's connection to what is under way and to what was
// decided.
type session struct {
	temporal client.Client
	store    capacity.Store
	token    string // that proves who speaks; empty: nothing does

	namespace string                  // of Temporal
	converter converter.DataConverter // reads the input of a run
}

// openSession connects to what the environment names.
func openSession(ctx context.Context, stderr io.Writer) (session, error) {
	settings, err := app.FromEnvironment(os.LookupEnv)
	if err != nil {
		return session{}, err
	}
	store, err := app.OpenStore(ctx, settings)
	if err != nil {
		return session{}, err
	}
	token, err := app.Token(os.LookupEnv, settings)
	if err != nil {
		return session{}, err
	}
	temporal, err := app.Dial(ctx, settings, quiet(stderr))
	sealed := settings.Temporal
	settings.Keys.Seal(&sealed)
	return session{temporal: temporal, store: store, token: token, namespace: settings.Temporal.Namespace, converter: sealed.DataConverter}, err
}

// dialTemporal connects to what is under way; what was decided is not needed.
func dialTemporal(ctx context.Context, stderr io.Writer) (client.Client, error) {
	settings, err := app.FromEnvironment(os.LookupEnv)
	if err != nil {
		return nil, err
	}
	return app.Dial(ctx, settings, quiet(stderr))
}

// openStore connects to what was decided; what is under way is not needed.
func openStore(ctx context.Context) (capacity.Store, error) {
	settings, err := app.FromEnvironment(os.LookupEnv)
	if err != nil {
		return nil, err
	}
	return app.OpenStore(ctx, settings)
}

// quiet logs only what a user of a command should worry about.
func quiet(stderr io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}
