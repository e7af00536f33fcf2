package app

import (
	"cmp"
	"runtime/debug"
	"strings"
)

// A Build says what this program was built from, as far as the Go toolchain
// recorded it.
type Build struct {
	Version  string // of the module: a tag, or a pseudo-version made from the commit
	Commit   string // the revision; empty if it was built outside a repository
	Modified bool   // files were changed after that commit
	Go       string
	Platform string
}

// Version is what this program was built from.
func Version() Build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return Build{Version: "unknown"}
	}
	return buildOf(info)
}

func buildOf(info *debug.BuildInfo) Build {
	set := map[string]string{}
	for _, s := range info.Settings {
		set[s.Key] = s.Value
	}
	return Build{
		Version:  cmp.Or(info.Main.Version, "(devel)"),
		Commit:   set["vcs.revision"],
		Modified: set["vcs.modified"] == "true",
		Go:       info.GoVersion,
		Platform: strings.Trim(set["GOOS"]+"/"+set["GOARCH"], "/"),
	}
}

// Name is the commit, or the version if that is unknown.
func (b Build) Name() string { return cmp.Or(b.Commit, b.Version) }

// String is one line: v0.0.0-20260302101112-0123456789ab (commit 0123456789ab…),
// go1.26.8 linux/amd64.
func (b Build) String() string {
	text := b.Version
	if b.Commit != "" {
		text += " (commit " + b.Commit
		if b.Modified {
			text += ", modified"
		}
		text += ")"
	}
	return strings.TrimSpace(text + ", " + b.Go + " " + b.Platform)
}
