// Command worker runs Headroom's workflows and activities.
package main

import (
	"os"
	_ "time/tzdata" // the image has no zone files

	"headroom/internal/app"
)

func main() { os.Exit(app.WorkerMain(os.Args[1:], os.Stdout, os.Stderr)) }
