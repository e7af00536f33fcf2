package devstack

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"time"
)

// A child is one running process of a server. It is bound to this process by
// its standard input: when this one dies, in whatever way, the kernel closes
// the pipe and the child stops.
type child struct {
	process   *os.Process
	stdin     io.Closer
	firstLine chan []byte   // what it prints once it is ready
	ended     chan struct{} // closed when the process is gone
	err       error         // of the process, readable then
	asked     atomic.Bool   // to end
	log       string        // file
	logStart  int64         // where this process's lines begin
}

// spawn starts the program with its standard error appended to the log.
func spawn(binary string, args, env []string, log string) (*child, error) {
	if err := os.MkdirAll(filepath.Dir(log), 0o700); err != nil {
		return nil, err
	}
	stderr, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer stderr.Close()
	info, err := stderr.Stat()
	if err != nil {
		return nil, err
	}
	command := exec.Command(binary, append(args, "--stop-on-stdin-eof")...)
	command.Env = append(command.Environ(), env...)
	command.Stderr = stderr
	command.SysProcAttr = bound()
	stdin, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}

	c := &child{stdin: stdin, firstLine: make(chan []byte, 1), ended: make(chan struct{}), log: log, logStart: info.Size()}
	started := make(chan error)
	go func() {
		// On Linux the child is also bound to the thread that started it, so
		// that thread must live as long as the child.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := command.Start()
		c.process = command.Process
		started <- err
		if err != nil {
			return
		}
		c.read(stdout)
		c.err = command.Wait()
		close(c.ended)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return c, nil
}

// read passes on the first line and drops the rest, until the process ends.
func (c *child) read(stdout io.Reader) {
	r := bufio.NewReader(stdout)
	if line, err := r.ReadBytes('\n'); err == nil {
		c.firstLine <- line
	}
	_, _ = io.Copy(io.Discard, r)
}

func (c *child) alive() bool {
	select {
	case <-c.ended:
		return false
	default:
		return true
	}
}

// stop ends the process gently, and after the limit by force. It tells whether
// gentleness was enough.
func (c *child) stop(limit time.Duration) bool {
	c.asked.Store(true)
	_ = terminate(c.process) // an error means that it is gone, or that only the next line works here
	_ = c.stdin.Close()
	select {
	case <-c.ended:
		return true
	case <-time.After(limit):
		c.kill()
		return false
	}
}

// kill ends the process and waits until it is gone.
func (c *child) kill() {
	c.asked.Store(true)
	_ = c.process.Kill() // an error means that it is gone
	<-c.ended
}

// state says how the process ended.
func (c *child) state() string {
	if c.err == nil {
		return "exit status 0"
	}
	return c.err.Error()
}

// said returns the end of what the process logged, to be put behind an error.
func (c *child) said() string {
	const most = 4 << 10
	file, err := os.Open(c.log)
	if err != nil {
		return ""
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return ""
	}
	from := max(c.logStart, info.Size()-most)
	text, err := io.ReadAll(io.NewSectionReader(file, from, info.Size()-from))
	if err != nil || len(text) == 0 {
		return fmt.Sprintf("; it logged nothing to %s", c.log)
	}
	return fmt.Sprintf("; the end of %s:\n%s", c.log, lastLines(string(text), 12))
}
