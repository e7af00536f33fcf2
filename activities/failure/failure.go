// Package failure gives the errors of activities the names under which they reach a
// workflow, and says what is to be done about each.
package failure

import (
	"errors"

	"go.temporal.io/sdk/temporal"

	"headroom/capacity"
)

// A Remedy is what a conductor does about an error that an action ended with.
type Remedy string

// The remedies.
const (
	// Retry: the same may succeed soon. Once all tries are used up, Compensate.
	Retry Remedy = "retry"
	// GiveUp: nothing was written, and nothing will be until somebody mends it.
	GiveUp Remedy = "give up"
	// Compensate: something may have been written; take it back if it is a cut.
	Compensate Remedy = "compensate"
	// NextPool: nothing was written; ask another pool for what is missing.
	NextPool Remedy = "next pool"
)

// ErrOutdated says that newer standing orders are stored than those that a request
// follows from.
var ErrOutdated = errors.New("newer orders are stored")

// ErrLed says that the controller decides for a target.
var ErrLed = errors.New("the controller decides")

// crossings says under which name an error leaves an activity, and what to do
// about it. An error keeps only its name on the way to a workflow.
var crossings = []struct {
	err    error
	name   string
	remedy Remedy
}{
	{capacity.ErrBadSeries, "BadSeries", GiveUp},
	{capacity.ErrNoData, "NoData", GiveUp},
	{capacity.ErrTooShort, "TooShort", GiveUp},
	{capacity.ErrAllZero, "AllZero", GiveUp},
	{capacity.ErrConstant, "Constant", GiveUp},
	{capacity.ErrNotForecastable, "NotForecastable", GiveUp},
	{capacity.ErrBadForecast, "BadForecast", GiveUp},
	{capacity.ErrBadPolicy, "BadPolicy", GiveUp},
	{capacity.ErrBadData, "BadData", Compensate},
	{capacity.ErrNotFound, "NotFound", GiveUp},
	{capacity.ErrAccess, "Access", Compensate},
	{capacity.ErrNoSuchTarget, "NoSuchTarget", GiveUp},
	{capacity.ErrOutOfBounds, "OutOfBounds", GiveUp},
	{capacity.ErrRefused, "Refused", GiveUp},
	{capacity.ErrStopped, "Stopped", GiveUp},
	{capacity.ErrQuota, "Quota", NextPool},
	{capacity.ErrNoCapacity, "NoCapacity", NextPool},
	{capacity.ErrOutOfService, "OutOfService", NextPool},
	{capacity.ErrDrifted, "Drifted", GiveUp},
	{capacity.ErrTargetBusy, "TargetBusy", Retry},
	{capacity.ErrAway, "Away", Retry},
	{capacity.ErrConflict, "Conflict", Retry},
	{ErrOutdated, "Outdated", GiveUp},
	{ErrLed, "Led", GiveUp},
}

// Cross gives *err the name that survives the way to the workflow. It is
// deferred by every activity.
func Cross(err *error) {
	if *err == nil {
		return
	}
	if _, named := errors.AsType[*temporal.ApplicationError](*err); named {
		return
	}
	for _, c := range crossings {
		if errors.Is(*err, c.err) {
			*err = temporal.NewApplicationErrorWithOptions((*err).Error(), c.name, temporal.ApplicationErrorOptions{
				NonRetryable: c.remedy != Retry,
				Cause:        *err,
			})
			return
		}
	}
}

// Is reports whether err, on the far side of an activity, is target: what
// errors.Is says on this side.
func Is(err, target error) bool {
	app, ok := errors.AsType[*temporal.ApplicationError](err)
	if !ok {
		return errors.Is(err, target)
	}
	for _, c := range crossings {
		if c.err == target { //nolint:errorlint // the table holds the sentinels themselves
			return app.Type() == c.name
		}
	}
	return false
}

// Received is an error that an activity ended with, for who goes on as if there had been
// no activity between: errors.Is finds what [Cross] named, and the text is as it was.
func Received(err error) error {
	app, ok := errors.AsType[*temporal.ApplicationError](err)
	if !ok {
		return err
	}
	for _, c := range crossings {
		if app.Type() == c.name {
			return received{app.Message(), c.err}
		}
	}
	return errors.New(app.Message())
}

// received is an error with a name from the other side of an activity.
type received struct {
	text string
	is   error
}

// Error implements error.
func (r received) Error() string { return r.text }

// Unwrap implements [errors.Unwrap].
func (r received) Unwrap() error { return r.is }

// RemedyFor is what to do about an error that an activity ended with. An error
// without a name was tried again until no try was left, so it is [Compensate],
// as one is whose remedy was Retry.
func RemedyFor(err error) Remedy {
	for _, c := range crossings {
		if Is(err, c.err) && c.remedy != Retry {
			return c.remedy
		}
	}
	return Compensate
}

// MayPass reports whether the reason why an activity failed may pass by itself, so
// that the same can succeed later.
func MayPass(err error) bool {
	return RemedyFor(err) == Compensate && !Is(err, capacity.ErrAccess) && !Is(err, capacity.ErrBadData)
}

// Lasting reports whether trying again cannot help: the error, on either side of an
// activity, has a name that is about the service.
func Lasting(err error) bool {
	for _, c := range crossings {
		if errors.Is(err, c.err) || Is(err, c.err) {
			return c.remedy != Retry
		}
	}
	return false
}
