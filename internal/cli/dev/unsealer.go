package dev

import (
	"context"
	"fmt"
	"net"
	"os"

	"headroom/internal/app"
	"headroom/internal/codec"
)

// An unsealer opens what a stack of this machine keeps sealed, for its Web UI.
// The zero one has nothing to do: nothing is sealed.
type unsealer struct {
	keys     codec.Keys
	listener net.Listener
}

// newUnsealer listens, on a free port, if the environment has keys.
func newUnsealer() (u unsealer, err error) {
	if u.keys, err = app.Keys(os.LookupEnv); err != nil || u.keys.None() {
		return u, err
	}
	if u.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return u, fmt.Errorf("listen for what the Web UI wants to be opened: %w", err)
	}
	return u, nil
}

// address is where the Web UI finds it; "" if it is not needed.
func (u unsealer) address() string {
	if u.listener == nil {
		return ""
	}
	return "http://" + u.listener.Addr().String()
}

// serve answers the pages of the Web UI at the given address until stop.
func (u unsealer) serve(ctx context.Context, ui string) (stop func()) {
	if u.listener == nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		// The Web UI says so if it is not answered.
		_ = codec.Server{Keys: u.keys, Origins: []string{ui}}.Serve(ctx, u.listener)
	}()
	return func() { cancel(); <-ended }
}

// close gives the port back where there was nothing to serve after all.
func (u unsealer) close() {
	if u.listener != nil {
		_ = u.listener.Close() // serve may have closed it
	}
}
