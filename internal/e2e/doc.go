// Package e2e holds the tests of survival: the real worker program against
// real Temporal and S3 servers, each of which is killed in the middle of the
// work. They take about a minute and are skipped by go test -short.
package e2e
