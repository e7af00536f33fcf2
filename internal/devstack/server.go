package devstack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	readyLimit = 90 * time.Second // a second is usual on an idle machine
	stopLimit  = 20 * time.Second // a second is usual
)

// A Server is one of the servers of a Stack. It may be stopped or killed and
// started again on the same port and data, while the other one lives.
type Server struct {
	name   string // for people
	binary string
	args   []string
	env    []string
	log    string      // file
	died   func(error) // told when the process ends and nobody asked it to

	mu    sync.Mutex // one start or stop at a time
	child *child     // nil when stopped
}

// Start starts the server unless it runs, and returns when it takes requests.
// The context bounds the start only.
func (s *Server) Start(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.child != nil && s.child.alive() {
		return nil
	}
	c, err := spawn(s.binary, s.args, s.env, s.log)
	if err != nil {
		return fmt.Errorf("start %s: %w", s.name, err)
	}
	if err := s.awaitReady(ctx, c); err != nil {
		c.kill()
		return fmt.Errorf("start %s: %w%s", s.name, err, c.said())
	}
	s.child = c
	go s.watch(c)
	return nil
}

func (s *Server) awaitReady(ctx context.Context, c *child) error {
	limit := time.NewTimer(readyLimit)
	defer limit.Stop()
	select {
	case line := <-c.firstLine:
		var ready struct{ Ready bool }
		if err := json.Unmarshal(line, &ready); err != nil || !ready.Ready {
			return fmt.Errorf("it said %q instead of being ready", line)
		}
		return nil
	case <-c.ended:
		return fmt.Errorf("%w (%s)", errEnded, c.state())
	case <-limit.C:
		return fmt.Errorf("not ready after %v; its log is %s", readyLimit, s.log)
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Server) watch(c *child) {
	<-c.ended
	if !c.asked.Load() {
		s.died(fmt.Errorf("%s ended by itself (%s)%s", s.name, c.state(), c.said()))
	}
}

// Stop asks the server to finish and waits until it has. It kills a server that
// takes too long, and then says so. To stop a stopped server does nothing.
func (s *Server) Stop() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.child == nil {
		return nil
	}
	defer func() { s.child = nil }()
	if !s.child.stop(stopLimit) {
		return fmt.Errorf("stop %s: killed because it still ran after %v; its log is %s", s.name, stopLimit, s.log)
	}
	return nil
}

// Kill ends the server at once, as a crash would, and waits until it is gone.
func (s *Server) Kill() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.child == nil || !s.child.alive() {
		return fmt.Errorf("kill %s: %w", s.name, errors.New("it does not run"))
	}
	s.child.kill()
	s.child = nil
	return nil
}

// PID returns the server's process, or 0 if it does not run.
func (s *Server) PID() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.child == nil || !s.child.alive() {
		return 0
	}
	return s.child.process.Pid
}

// errEnded says that a server ended by itself while it was starting.
var errEnded = errors.New("it ended before it was ready")
