package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// grace is how long a command that was interrupted may take to end.
const grace = 500 * time.Millisecond

// An interrupt is what SIGINT and SIGTERM do to a command: the first ends its
// context, and the process a moment later, whatever the command is doing; the
// second ends the process at once.
type interrupt struct {
	caught atomic.Int32 // the signal's number; zero: none
	stop   func()
}

// interruptible returns a context that ends with the first signal. Patient
// commands end by themselves.
func interruptible(patient bool, stderr io.Writer) (context.Context, *interrupt) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	i := &interrupt{stop: func() { signal.Stop(signals); cancel() }}
	go func() {
		select {
		case <-ctx.Done():
			return
		case s := <-signals:
			if number, ok := s.(syscall.Signal); ok {
				i.caught.Store(int32(number))
			}
		}
		i.stop()
		if !patient {
			time.AfterFunc(grace, func() { os.Exit(i.code(stderr)) })
		}
	}()
	return ctx, i
}

// code is the exit code of a command that was interrupted, as a shell gives it.
func (i *interrupt) code(stderr io.Writer) int {
	fmt.Fprintln(stderr, "headroom: interrupted")
	return 128 + int(i.caught.Load())
}

// patient says whether the command that args name starts servers.
func patient(root *cobra.Command, args []string) bool {
	found, _, err := root.Find(args)
	return err == nil && found.Annotations["servers"] != ""
}
