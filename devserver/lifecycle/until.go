// Package lifecycle ties a server to the process that started it: when to
// stop, how to say that it is ready, and who may write to standard output.
package lifecycle

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// Signals returns a context that ends at the first SIGINT or SIGTERM. After
// that the signals have their usual effect again, so a second one kills.
func Signals(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(parent, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// UntilEOF returns a context that also ends when standard input is closed.
// The kernel closes a pipe when the process that holds its other end dies,
// however it dies, so a server started that way never outlives its parent.
func UntilEOF(parent context.Context) context.Context {
	return until(parent, os.Stdin)
}

func until(parent context.Context, r io.Reader) context.Context {
	ctx, cancel := context.WithCancel(parent)
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, r) // an error ends the input just like EOF
	}()
	return ctx
}
