// Package aws is everything that speaks to Amazon Web Services, and to servers
// that speak S3 as well: a [Client] for the calls, a [Source] that reads load
// history from a bucket, a [Store] that keeps artefacts in one, and a [Control]
// with which the packages below this folder change capacity, one package for
// each service, so that only who uses a service compiles it.
//
// [Open] makes the client. With the zero [Settings] it is real AWS, with the
// SDK's own way of finding region and credentials (environment, profile, role
// of the machine); with an endpoint it is another S3 server.
package aws
