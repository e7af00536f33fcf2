package devstack

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
)

// A Stack is a running Temporal server and a running S3 server.
type Stack struct {
	TemporalAddress string // host:port
	UI              string // address of Temporal's Web UI
	S3Endpoint      string // address of the S3 API, for path-style requests
	AccessKey       string
	SecretKey       string
	Data            string // folder with the state and the logs

	Temporal *Server
	S3       *Server

	remove func() error
	once   sync.Once
	done   chan struct{}
	err    error // why done is closed
}

// Start builds the servers if necessary, starts them and returns when both take
// requests. The context bounds the start only; call Stop in any case.
func Start(ctx context.Context, s Settings) (*Stack, error) {
	binary, err := Build(ctx, s)
	if err != nil {
		return nil, err
	}
	version, err := serverVersion(ctx, binary)
	if err != nil {
		return nil, err
	}
	for try := 1; ; try++ {
		stack, err := launch(ctx, binary, version, s)
		// A port that was free may be taken by the time that a server listens on it.
		chosen := s.TemporalPort == 0 || s.UIPort == 0 || s.S3Port == 0
		if err == nil || !errors.Is(err, errEnded) || !chosen || try == 3 {
			return stack, err
		}
	}
}

// launch starts the servers once, on the ports that are wanted and free ones.
func launch(ctx context.Context, binary, version string, s Settings) (*Stack, error) {
	open, err := ports(s.TemporalPort, s.UIPort, s.S3Port)
	if err != nil {
		return nil, err
	}
	data, remove, err := s.data()
	if err != nil {
		return nil, err
	}
	stack := &Stack{
		TemporalAddress: address(open[0]),
		UI:              "http://" + address(open[1]),
		S3Endpoint:      "http://" + address(open[2]),
		AccessKey:       accessKey,
		Data:            data,
		remove:          remove,
		done:            make(chan struct{}),
	}
	if err := stack.start(ctx, binary, version, s.Codec, open); err != nil {
		return nil, errors.Join(err, stack.Stop())
	}
	return stack, nil
}

func (s *Stack) start(ctx context.Context, binary, version, codec string, open []int) (err error) {
	if s.SecretKey, err = secretKey(s.Data); err != nil {
		return err
	}
	s.Temporal = s.server(binary, "Temporal", "temporal.log", temporalArgs(s.Data, version, codec, open[0], open[1]))
	s.S3 = s.server(binary, "the S3 server", "s3.log", s3Args(s.Data, open[2]))
	s.S3.env = []string{"DEVSERVER_S3_SECRET=" + s.SecretKey} // not in the process list
	if err := s.Temporal.Start(ctx); err != nil {
		return err
	}
	return s.S3.Start(ctx)
}

func (s *Stack) server(binary, name, log string, args []string) *Server {
	return &Server{name: name, binary: binary, args: args, log: filepath.Join(s.Data, log), died: s.fail}
}

// Done is closed when a server ends that nobody stopped. Err then says why.
func (s *Stack) Done() <-chan struct{} { return s.done }

// Err returns why Done is closed, with the end of the server's log, or nil if
// it is not.
func (s *Stack) Err() error {
	select {
	case <-s.done:
		return s.err
	default:
		return nil
	}
}

func (s *Stack) fail(err error) {
	s.once.Do(func() {
		s.err = err
		close(s.done)
	})
}

// Stop ends both servers and removes a temporary data folder. No process is
// left behind, whatever it returns. It may be called more than once.
func (s *Stack) Stop() error {
	var errs []error
	for _, server := range []*Server{s.Temporal, s.S3} {
		if server != nil {
			errs = append(errs, server.Stop())
		}
	}
	return errors.Join(append(errs, s.remove())...)
}
