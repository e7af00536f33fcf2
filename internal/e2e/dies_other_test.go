//go:build !linux

package e2e_test

import "syscall"

// dies makes a child end when the test ends, where the system can do that.
func dies() *syscall.SysProcAttr { return nil }
