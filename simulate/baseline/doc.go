// Package baseline holds the policies that a plan has to beat in package
// simulate: what Kubernetes, AWS, Knative, Grafana Mimir, NVIDIA Dynamo, Crane
// and people with a calendar do today, and oracles that know the future and so
// bound what anybody can do.
//
// Each policy follows the documentation or the source that its comment cites,
// with the defaults found there. Where these leave a choice, the comment says
// what was chosen, and the choice is the one that is kinder to the policy.
// Scenarios in testdata, computed by hand, hold each to its source.
//
// Targets are utilisations: load over what the serving units take at the
// service level, so 1 is full. Metrics such as CPU or concurrency are taken to
// be in proportion to that.
package baseline
