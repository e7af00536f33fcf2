// Command headroom is Headroom's command line.
package main

import (
	"os"
	_ "time/tzdata" // a machine may have no zone files

	"headroom/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdout, os.Stderr)) }
