package devstack

import (
	"os"
	"syscall"
)

// bound keeps ctrl-C on the terminal from reaching the child, so that the
// parent can stop things in order, and has the kernel stop the child when the
// parent dies.
func bound() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}

func terminate(p *os.Process) error { return p.Signal(syscall.SIGTERM) }
