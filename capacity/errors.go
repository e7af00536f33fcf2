package capacity

import (
	"errors"
	"fmt"
	"strings"
)

// What a caller may act upon. Everything else is just text.
var (
	// ErrBadSeries: the series itself is broken; fix its source.
	ErrBadSeries = errors.New("bad series")
	// ErrNoData: nothing was measured; check the source, or wait.
	ErrNoData = errors.New("no data")
	// ErrTooShort: too little history yet; wait, or choose a simpler model.
	ErrTooShort = errors.New("too little history")
	// ErrAllZero: every measurement is zero; most likely the wrong column.
	ErrAllZero = errors.New("nothing but zeros")
	// ErrConstant: every measurement is the same; most likely the wrong column.
	ErrConstant = errors.New("nothing but one value")
	// ErrNotForecastable: a model gave no usable answer; use another.
	ErrNotForecastable = errors.New("not forecastable")
	// ErrBadForecast: a forecast that no plan may be built on.
	ErrBadForecast = errors.New("bad forecast")
	// ErrBadPolicy: the policy says something impossible; correct the file.
	ErrBadPolicy = errors.New("bad policy")
	// ErrBadData: stored or measured bytes cannot be read; repair or remove them.
	ErrBadData = errors.New("unreadable data")
	// ErrNotFound: there is nothing of that name.
	ErrNotFound = errors.New("not found")
	// ErrConflict: somebody else was first; read again and decide anew.
	ErrConflict = errors.New("changed by someone else")
	// ErrAccess: the credentials do not allow it; retrying does not help.
	ErrAccess = errors.New("access denied")
	// ErrTargetBusy: the target takes no changes just now; try again.
	ErrTargetBusy = errors.New("target is busy")
	// ErrNoSuchTarget: there is no such target; correct the policy.
	ErrNoSuchTarget = errors.New("no such target")
	// ErrOutOfBounds: the target can never run so many units.
	ErrOutOfBounds = errors.New("outside what the target can run")
	// ErrQuota: a limit of the account or of the service forbids it; have it
	// raised, or ask for less.
	ErrQuota = errors.New("over the quota")
	// ErrNoCapacity: the provider has no units of this kind now; use another
	// pool, or try again later.
	ErrNoCapacity = errors.New("the provider has none left")
	// ErrOutOfService: the target does not work, and will not until somebody repairs
	// it; use another pool.
	ErrOutOfService = errors.New("out of service")
	// ErrDrifted: the target no longer holds what was last written to it;
	// somebody else decides there, so it is left alone.
	ErrDrifted = errors.New("changed by somebody else")
	// ErrAway: the target worker that reaches the target takes no calls now; start one,
	// or try again.
	ErrAway = errors.New("the target worker is away")
	// ErrStopped: somebody has stopped changes of the target, at the target itself;
	// nothing was written, and nothing is asked until the stop is removed.
	ErrStopped = errors.New("changes are stopped")
	// ErrRefused: the policy forbids it, or it does not fit what is under way; the text
	// says which.
	ErrRefused = errors.New("refused")
)

// Refusal is an [ErrRefused] for that reason, which may name it already: then it is
// not named twice.
func Refusal(reason string) error {
	for {
		without, again := strings.CutSuffix(reason, ": "+ErrRefused.Error())
		if !again {
			return fmt.Errorf("%s: %w", reason, ErrRefused)
		}
		reason = without
	}
}
