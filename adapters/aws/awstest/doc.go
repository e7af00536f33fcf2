// Package awstest is what the tests of the AWS targets run against: emulators
// of services, each with a clock that a test can move and with the rules that
// other emulators leave out ([AutoScaling]); [Faults], which stands in front of
// any server and spoils calls by a plan; and [Allowed], which checks that the
// calls that were made are within an IAM policy.
package awstest
