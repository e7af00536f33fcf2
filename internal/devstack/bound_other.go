//go:build !unix

package devstack

import (
	"errors"
	"os"
	"syscall"
)

// bound has nothing to say here: the child ends when its standard input does.
func bound() *syscall.SysProcAttr { return nil }

func terminate(*os.Process) error { return errors.ErrUnsupported }
