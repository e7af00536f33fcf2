package devstack

import (
	"bufio"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// goCommand is the Go tool at work in the devserver's module. That module is
// complete in itself, so a workspace around it has no say; and nothing in it
// needs a C compiler.
func goCommand(ctx context.Context, tool, source string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, tool, args...)
	command.Dir = source
	command.Env = append(command.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	command.WaitDelay = 5 * time.Second
	return command
}

// run returns what a quick command of the Go tool prints.
func run(ctx context.Context, tool, source string, args ...string) (string, error) {
	var stderr strings.Builder
	command := goCommand(ctx, tool, source, args...)
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		return "", commandError(ctx, args, err, lastLines(stderr.String(), 20))
	}
	return string(out), nil
}

// packages returns how many packages there are to compile. On an empty machine it
// downloads the modules first, which the progress shows.
func (p *progress) packages(ctx context.Context, tool, source string) (int, error) {
	args := []string{"list", "-deps", "."}
	command := goCommand(ctx, tool, source, args...)
	names := new(strings.Builder)
	command.Stdout = names
	err := p.follow(ctx, command, args)
	return strings.Count(names.String(), "\n"), err
}

// run runs a command of the Go tool and takes each line that it says for one
// step done.
func (p *progress) run(ctx context.Context, tool, source string, args ...string) error {
	return p.follow(ctx, goCommand(ctx, tool, source, args...), args)
}

func (p *progress) follow(ctx context.Context, command *exec.Cmd, args []string) error {
	stderr, err := command.StderrPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	var said []string
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		p.step()
		said = append(said, lines.Text())
	}
	if err := command.Wait(); err != nil {
		return commandError(ctx, args, err, lastLines(strings.Join(said, "\n"), 20))
	}
	return nil
}

func commandError(ctx context.Context, args []string, err error, said string) error {
	if ctx.Err() != nil {
		err = ctx.Err() // rather than "signal: killed"
	}
	if said == "" {
		return fmt.Errorf("go %s: %w", args[0], err)
	}
	return fmt.Errorf("go %s: %w:\n%s", args[0], err, said)
}

// lastLines returns the last n lines of a text.
func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
