package activities

import (
	"errors"

	"go.temporal.io/sdk/temporal"

	"headroom/capacity"
)

// crossings says under which name an error leaves an activity, and whether
// trying again may help. An error keeps only its name on the way to a workflow.
var crossings = []struct {
	err   error
	name  string
	retry bool
}{
	{capacity.ErrBadSeries, "BadSeries", false},
	{capacity.ErrNoData, "NoData", false},
	{capacity.ErrTooShort, "TooShort", false},
	{capacity.ErrAllZero, "AllZero", false},
	{capacity.ErrConstant, "Constant", false},
	{capacity.ErrNotForecastable, "NotForecastable", false},
	{capacity.ErrBadForecast, "BadForecast", false},
	{capacity.ErrBadPolicy, "BadPolicy", false},
	{capacity.ErrBadData, "BadData", false},
	{capacity.ErrNotFound, "NotFound", false},
	{capacity.ErrAccess, "Access", false},
	{capacity.ErrNoSuchTarget, "NoSuchTarget", false},
	{capacity.ErrOutOfBounds, "OutOfBounds", false},
	{capacity.ErrRefused, "Refused", false},
	{capacity.ErrQuota, "Quota", false},
	{capacity.ErrNoCapacity, "NoCapacity", false},
	{capacity.ErrDrifted, "Drifted", false},
	{capacity.ErrTargetBusy, "TargetBusy", true},
	{capacity.ErrConflict, "Conflict", true},
}

// cross gives *err the name that survives the way to the workflow. It is
// deferred by every activity.
func cross(err *error) {
	if *err == nil {
		return
	}
	for _, c := range crossings {
		if errors.Is(*err, c.err) {
			*err = temporal.NewApplicationErrorWithOptions((*err).Error(), c.name, temporal.ApplicationErrorOptions{
				NonRetryable: !c.retry,
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
