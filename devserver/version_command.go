package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"headroom/devserver/temporal"
)

// Versions are the releases of the servers inside this binary, without the
// leading v. What the build did not record is "unknown".
type Versions struct {
	Temporal  string `json:"temporal"`
	UI        string `json:"ui"`
	VersityGW string `json:"versitygw"`
	Go        string `json:"go"`
}

// runVersion is the command "devserver version".
func runVersion(args []string, stdout, stderr io.Writer) error {
	var asJSON bool
	flags := flag.NewFlagSet("devserver version", flag.ContinueOnError)
	flags.BoolVar(&asJSON, "json", false, "print one JSON object")
	if err := parse(flags, args, stderr); err != nil {
		return err
	}
	v := versions()
	if asJSON {
		return json.NewEncoder(stdout).Encode(v)
	}
	_, err := fmt.Fprintf(stdout, "temporal %s\nui %s\nversitygw %s\ngo %s\n", v.Temporal, v.UI, v.VersityGW, v.Go)
	return err
}

func versions() Versions {
	v := Versions{Temporal: temporal.Version, UI: temporal.UIVersion, VersityGW: "unknown", Go: "unknown"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	v.Go = strings.TrimPrefix(info.GoVersion, "go")
	for _, module := range info.Deps {
		version := strings.TrimPrefix(module.Version, "v")
		switch module.Path {
		case "go.temporal.io/server":
			v.Temporal = version
		case "github.com/temporalio/ui-server/v2":
			v.UI = version
		case "github.com/versity/versitygw":
			v.VersityGW = version
		}
	}
	return v
}
