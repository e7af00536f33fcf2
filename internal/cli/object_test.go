package cli_test

import (
	"context"
	"errors"

	"github.com/rogpeppe/go-internal/testscript"

	"headroom/capacity"
	"headroom/internal/app"
)

// object writes a text in place of what is under a key of the bucket, or removes it:
// "object KEY TEXT", "! object KEY".
func object(ts *testscript.TestScript, not bool, args []string) {
	if len(args) == 0 || not && len(args) != 1 || !not && len(args) != 2 {
		ts.Fatalf("usage: object KEY TEXT | ! object KEY")
	}
	ctx := context.Background()
	settings, err := app.FromEnvironment(func(name string) (string, bool) { v := ts.Getenv(name); return v, v != "" })
	ts.Check(err)
	for variable, field := range map[string]*string{"AWS_REGION": &settings.S3.Region, "AWS_ACCESS_KEY_ID": &settings.S3.AccessKey, "AWS_SECRET_ACCESS_KEY": &settings.S3.SecretKey} {
		*field = ts.Getenv(variable)
	}
	store, err := app.OpenStore(ctx, settings)
	ts.Check(err)
	if not {
		ts.Check(store.Delete(ctx, args[0]))
		return
	}
	_, version, err := store.Get(ctx, args[0])
	if !errors.Is(err, capacity.ErrNotFound) {
		ts.Check(err)
	}
	ts.Check(store.Swap(ctx, args[0], []byte(args[1]), version))
}
