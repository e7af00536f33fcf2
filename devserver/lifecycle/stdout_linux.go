package lifecycle

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// ReserveStdout returns the process's standard output and points file
// descriptor 1 at standard error instead. The libraries inside print to
// standard output, some through handles they took before main started; the
// parent must read nothing there but the ready line.
func ReserveStdout() (*os.File, error) {
	fd, err := unix.FcntlInt(1, unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, fmt.Errorf("duplicate standard output: %w", err)
	}
	if err := unix.Dup3(2, 1, 0); err != nil {
		return nil, fmt.Errorf("point standard output at standard error: %w", err)
	}
	return os.NewFile(uintptr(fd), "stdout"), nil
}
