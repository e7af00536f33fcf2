//go:build unix && !linux

package devstack

import (
	"os"
	"syscall"
)

// bound keeps ctrl-C on the terminal from reaching the child, so that the
// parent can stop things in order.
func bound() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func terminate(p *os.Process) error { return p.Signal(syscall.SIGTERM) }
