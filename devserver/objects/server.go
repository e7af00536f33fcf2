// Package objects runs an S3 server (versitygw) on a folder in this process,
// for development and tests. An object outlives the process that wrote it, but
// not a power failure: nothing is synced to the disk.
package objects

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
	"github.com/versity/versitygw/s3api"

	"headroom/devserver/ports"
)

const (
	startLimit = 20 * time.Second
	stopLimit  = 15 * time.Second
)

// A Server is an S3 server that takes requests at Endpoint.
type Server struct {
	Endpoint string
	cancel   context.CancelFunc
	ended    chan struct{} // closed when the server has stopped
	err      error         // why, readable then
}

// Start returns when the server takes requests and the buckets exist. One
// process can run one server, and its working directory becomes the folder.
func Start(ctx context.Context, s Settings) (*Server, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	if err := ports.Check(s.IP, s.Port); err != nil {
		return nil, err
	}
	folder, err := openFolder(s.Root)
	if err != nil {
		return nil, err
	}
	backend, err := posix.New(folder.buckets, meta.XattrMeta{}, posix.PosixOpts{
		VersioningDir:       folder.versions,
		CopyObjectThreshold: 5 << 30, // without it every copy is refused
	})
	if err != nil {
		return nil, fmt.Errorf("keep objects in %q: %w", folder.buckets, err)
	}

	address := net.JoinHostPort(s.IP, strconv.Itoa(s.Port))
	running, cancel := context.WithCancel(context.WithoutCancel(ctx)) // Stop ends it, in order
	server := &Server{Endpoint: "http://" + address, cancel: cancel, ended: make(chan struct{})}
	listening := make(chan struct{})
	go func() {
		defer close(server.ended)
		server.err = embedgw.RunVersityGW(running, backend, config(s, address, sync.OnceFunc(func() { close(listening) })))
	}()

	ready, cancelReady := context.WithTimeout(ctx, startLimit)
	defer cancelReady()
	select {
	case <-listening:
		err = ensureBuckets(ready, server.Endpoint, s)
	case <-server.ended:
		err = fmt.Errorf("start the S3 server on %s: %w", address, server.err)
	case <-ready.Done():
		err = fmt.Errorf("start the S3 server on %s: %w", address, ready.Err())
	}
	if err != nil {
		return nil, errors.Join(err, server.Stop())
	}
	return server, nil
}

func config(s Settings, address string, onListen func()) *embedgw.Config {
	return &embedgw.Config{
		RootUserAccess:    s.AccessKey,
		RootUserSecret:    s.SecretKey,
		Region:            region,
		Ports:             []string{address},
		Quiet:             true,
		KeepAlive:         true,
		HealthPath:        "/health",
		MultipartMaxParts: 10000,
		MaxConnections:    1000,
		MaxRequests:       1000,
		S3Options:         []s3api.Option{s3api.WithOnListen(onListen)},
	}
}

// Wait returns nil when ctx ends, or the reason if the server ends before.
func (s *Server) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case <-s.ended:
		return fmt.Errorf("serve objects at %s: %w", s.Endpoint, errors.Join(errors.New("stopped by itself"), s.err))
	}
}

// Stop finishes the requests under way and stops the server.
func (s *Server) Stop() error {
	s.cancel()
	select {
	case <-s.ended:
		return nil
	case <-time.After(stopLimit):
		return fmt.Errorf("stop the S3 server at %s: still running after %v", s.Endpoint, stopLimit)
	}
}
