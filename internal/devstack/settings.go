// Package devstack builds and runs the servers that Headroom needs on a
// machine where nothing is installed: Temporal with its Web UI, and an S3
// server. Both come from the module in the folder devserver, which is built
// once into the user's cache, and each runs as a child process on loopback, so
// that a worker can be killed and started again while the servers live.
//
// The servers are for development, tests and demonstrations.
package devstack

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Settings say which servers to run. The zero value builds them from the
// source around the working directory, takes free ports and keeps the data
// until the stack is stopped.
type Settings struct {
	// Binary is a devserver that is already built; "" builds one.
	Binary string
	// Source is the folder with devserver's go.mod; "" looks for it upwards
	// from the working directory and from the executable.
	Source string
	// Data is the folder that keeps the servers' state from one start to the
	// next; "" is a temporary one that Stop removes.
	Data string
	// TemporalPort, UIPort and S3Port are the ports to listen on; 0 is a free
	// one, which the stack keeps when a server is started again.
	TemporalPort, UIPort, S3Port int
	// Codec is the address of the codec server that the Web UI asks to open what
	// is sealed; "" is none.
	Codec string
	// Log is told what is going on while something takes long; nil is silent.
	Log io.Writer
}

// remedy is the end of every error that says that there is no devserver.
const remedy = "install Go (https://go.dev/dl) and run from a checkout of Headroom, " +
	"or set HEADROOM_DEVSERVER to a devserver that is already built, " +
	"or set TEMPORAL_ADDRESS and HEADROOM_S3_ENDPOINT to use servers of your own"

func (s Settings) log() io.Writer {
	if s.Log == nil {
		return io.Discard
	}
	return s.Log
}

// binary returns the devserver that the settings name, or "" if none.
func (s Settings) binary() (string, error) {
	if s.Binary == "" {
		return "", nil
	}
	path, err := filepath.Abs(s.Binary)
	if err != nil {
		return "", fmt.Errorf("use devserver %q: %w", s.Binary, err)
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return "", fmt.Errorf("use devserver %q: %w: %s", s.Binary, err, remedy)
	case !info.Mode().IsRegular() || info.Mode()&0o111 == 0:
		return "", fmt.Errorf("use devserver %q: not a program: %s", s.Binary, remedy)
	}
	return path, nil
}

// data returns the folder for the state, and what removes it if nobody wants
// to keep it.
func (s Settings) data() (path string, remove func() error, err error) {
	if s.Data == "" {
		path, err = os.MkdirTemp("", "headroom-dev-")
		if err != nil {
			return "", nil, fmt.Errorf("create a temporary data folder: %w", err)
		}
		return path, func() error { return os.RemoveAll(path) }, nil
	}
	path, err = filepath.Abs(s.Data)
	if err == nil {
		err = os.MkdirAll(path, 0o700)
	}
	if err != nil {
		return "", nil, fmt.Errorf("create data folder %q: %w", s.Data, err)
	}
	return path, func() error { return nil }, nil
}
