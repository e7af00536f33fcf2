package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// version of Kubernetes: that of go.mod.
const version = "v1.37.2"

// build returns the folder that holds etcd and kube-apiserver, and compiles
// what is missing.
func build(ctx context.Context) (folder string, err error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the user's cache folder: %w", err)
	}
	folder = filepath.Join(cache, "headroom", "kube-"+version)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", fmt.Errorf("create a cache folder: %w", err)
	}
	for _, p := range []struct{ name, source, flags string }{
		{"etcd", "go.etcd.io/etcd/server/v3", "-s -w"},
		{"kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver", "-s -w -X k8s.io/component-base/version.gitVersion=" + version +
			" -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=37"},
	} {
		path := filepath.Join(folder, p.name)
		if _, err := os.Stat(path); err == nil {
			continue
		}
		fmt.Fprintf(os.Stderr, "kube: building %s, which is done once and may take ten minutes\n", path)
		// Renamed when it is complete: a build that is broken off leaves nothing.
		draft := fmt.Sprintf("%s.%d", path, os.Getpid())
		compile := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", p.flags, "-o", draft, p.source)
		compile.Stderr = os.Stderr
		if err := compile.Run(); err != nil {
			return "", fmt.Errorf("build %s: %w", p.source, err)
		}
		if err := os.Rename(draft, path); err != nil {
			return "", fmt.Errorf("build %s: %w", p.source, err)
		}
	}
	return folder, nil
}
