package e2e_test

import "syscall"

// dies makes a child end when the test ends, in whatever way.
func dies() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
