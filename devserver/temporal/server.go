// Package temporal runs a Temporal server and its Web UI in this process, on a
// SQLite file, for development and tests. It listens on loopback only, since
// there is no authentication.
package temporal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/temporal"

	"headroom/devserver/ports"
)

// stopLimit bounds how long a clean stop may take; a second is usual.
const stopLimit = 15 * time.Second

// A Server is a Temporal server that takes requests at Address. UI is the
// address of its Web UI, if it has one.
type Server struct {
	Address string
	UI      string
	undo    []func() error // the last is undone first
}

// Start returns when the server takes requests and the namespace and the search
// attributes exist. One process can run one server.
func Start(ctx context.Context, s Settings) (*Server, error) {
	s, err := s.complete()
	if err != nil {
		return nil, err
	}
	for _, port := range []int{s.Port, s.UIPort, s.MetricsPort} {
		if port == 0 {
			continue
		}
		if err := ports.Check(s.IP, port); err != nil {
			return nil, err
		}
	}
	server := &Server{Address: hostPort(s.IP, s.Port)}
	if err := server.start(ctx, s); err != nil {
		return nil, errors.Join(err, server.Stop())
	}
	return server, nil
}

func (s *Server) start(ctx context.Context, set Settings) error {
	db, err := openDatabase(set.Database)
	if err != nil {
		return err
	}
	s.undo = append(s.undo, db.unlock)
	if err := db.ensureNamespace(set); err != nil {
		return err
	}
	if err := s.startServices(set, db.config); err != nil {
		return err
	}
	if err := prepare(ctx, set); err != nil {
		return err
	}
	if set.UIPort == 0 {
		return nil
	}
	stop, err := startUI(ctx, set)
	if err != nil {
		return err
	}
	s.undo = append(s.undo, func() error { stop(); return nil })
	s.UI = "http://" + hostPort(set.IP, set.UIPort)
	return nil
}

func (s *Server) startServices(set Settings, store *config.SQL) error {
	listen, http, err := listenPorts(set)
	if err != nil {
		return err
	}
	logger := log.NewZapLogger(log.BuildZapLogger(log.Config{Level: set.LogLevel}))
	services, err := temporal.NewServer(
		temporal.WithConfig(serverConfig(set, listen, http, store)),
		temporal.ForServices(temporal.DefaultServices),
		temporal.WithStaticHosts(hosts(set.IP, listen)),
		temporal.WithLogger(logger),
		temporal.WithAuthorizer(authorization.NewNoopAuthorizer()),
		temporal.WithClaimMapper(func(*config.Config) authorization.ClaimMapper { return authorization.NewNoopClaimMapper() }),
		temporal.WithDynamicConfigClient(dynamicConfig()),
	)
	if err != nil {
		return fmt.Errorf("configure the Temporal server: %w", err)
	}
	s.undo = append(s.undo, services.Stop)
	if err := services.Start(); err != nil {
		return fmt.Errorf("start the Temporal server on %s: %w", s.Address, err)
	}
	return nil
}

// Stop stops the Web UI, then the server, then releases the database file.
func (s *Server) Stop() error {
	done := make(chan error, 1)
	go func() {
		var errs []error
		for len(s.undo) > 0 {
			last := len(s.undo) - 1
			errs = append(errs, s.undo[last]())
			s.undo = s.undo[:last]
		}
		done <- errors.Join(errs...)
	}()
	select {
	case err := <-done:
		if err != nil {
			return fmt.Errorf("stop the Temporal server on %s: %w", s.Address, err)
		}
		return nil
	case <-time.After(stopLimit):
		return fmt.Errorf("stop the Temporal server on %s: still running after %v", s.Address, stopLimit)
	}
}
