// Package headroom carries what the demonstration needs inside the binary: a
// real trace of load and a policy for it.
package headroom

import _ "embed"

// Trace is the load of a language-model service as gzipped CSV, with the
// columns timestamp and requests. testdata/load/README.md has its source,
// licence and attribution.
//
//go:embed testdata/load/servegen-m-small.csv.gz
var Trace []byte

// Policy is the demonstration's policy file.
//
//go:embed testdata/policies/chat.good.yaml
var Policy []byte
