package devstack

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// buildFlags make a program of 170 MB instead of 230 MB that does not depend
// on where its source lies.
var buildFlags = []string{"-trimpath", "-ldflags=-s -w"}

// Build returns the path of a devserver made from the source that the settings
// name. It compiles at most once for one state of the source: some minutes on
// an empty machine, nothing after that. Two processes never build at once.
func Build(ctx context.Context, s Settings) (path string, err error) {
	if path, err := s.binary(); path != "" || err != nil {
		return path, err
	}
	source, err := s.source()
	if err != nil {
		return "", err
	}
	tool, err := exec.LookPath("go")
	if err != nil {
		return "", fmt.Errorf("build devserver: %w: %s", err, remedy)
	}
	compiler, err := run(ctx, tool, source, "version")
	if err != nil {
		return "", fmt.Errorf("build devserver: %w", err)
	}
	mark, err := fingerprint(source, compiler)
	if err != nil {
		return "", err
	}
	cache, err := cacheFolder()
	if err != nil {
		return "", err
	}
	path = filepath.Join(cache, "devserver-"+mark+suffix())
	if use(path) {
		return path, nil
	}
	unlock, err := lock(ctx, filepath.Join(cache, "build.lock"), s.log())
	if err != nil {
		return "", fmt.Errorf("build devserver: %w", err)
	}
	defer unlock()
	if use(path) { // another process built it meanwhile
		return path, nil
	}
	if err := compile(ctx, tool, source, path, s.log()); err != nil {
		return "", err
	}
	prune(cache, path, time.Now())
	return path, nil
}

func cacheFolder() (string, error) {
	user, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the user's cache folder: %w", err)
	}
	path := filepath.Join(user, "headroom")
	if err := os.MkdirAll(path, 0o755); err != nil {
		return "", fmt.Errorf("create cache folder %q: %w", path, err)
	}
	return path, nil
}

// use tells whether the program exists, and marks it as used.
func use(path string) bool {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return false
	}
	now := time.Now()
	_ = os.Chtimes(path, now, now) // only keeps prune away
	return true
}

// unused is how long a program of an earlier state of the source is kept.
const unused = 14 * 24 * time.Hour

// prune removes the programs that nobody used for long. It is housekeeping, so
// what cannot be removed stays.
func prune(cache, keep string, now time.Time) {
	old, err := filepath.Glob(filepath.Join(cache, "devserver-*"))
	if err != nil {
		return
	}
	for _, path := range old {
		info, err := os.Stat(path)
		if path != keep && err == nil && now.Sub(info.ModTime()) > unused {
			_ = os.Remove(path)
		}
	}
}

// compile builds the program under another name and moves it into place, so
// that path is never half a program.
func compile(ctx context.Context, tool, source, path string, log io.Writer) (err error) {
	draft := fmt.Sprintf("%s.%d.part", path, os.Getpid())
	defer func() { _ = os.Remove(draft) }() // gone already if all went well

	p := startProgress(log)
	defer func() { p.stop(err == nil) }()
	total, err := p.packages(ctx, tool, source)
	if err != nil {
		return fmt.Errorf("fetch the modules of devserver in %q: %w", source, err)
	}
	p.phase(total)
	args := append([]string{"build", "-v", "-o", draft}, buildFlags...)
	if err := p.run(ctx, tool, source, append(args, ".")...); err != nil {
		return fmt.Errorf("build devserver in %q: %w", source, err)
	}
	if err := os.Rename(draft, path); err != nil {
		return fmt.Errorf("build devserver: %w", err)
	}
	return nil
}

func suffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}
