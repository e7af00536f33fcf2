package capacity

import (
	"context"
	"encoding"
)

// A Model is a way to forecast demand. The same input always gives the same
// answer, on every machine. A Model is safe for use by several goroutines.
type Model interface {
	// Name is the model's name in policies, reports and stored artefacts.
	Name() string
	// Fit learns from s, which may have gaps; it neither keeps nor changes s.
	// It returns ErrTooShort if s has too little history for this model, and
	// ErrNotForecastable if what it learnt cannot be used.
	Fit(ctx context.Context, s Series) (Fitted, error)
	// Load returns what MarshalBinary of a Fitted of this model wrote. It
	// returns ErrBadData for anything else.
	Load(data []byte) (Fitted, error)
}

// Fitted is a model that has learnt. It may be used for other series than the
// one it learnt from, as long as these continue it at the same step.
type Fitted interface {
	// Predict returns a point forecast of the h steps after s: finite and
	// never negative. It neither keeps nor changes s. It returns ErrTooShort
	// if s is too short to continue, ErrBadSeries if s is broken or has another
	// step, and ErrNotForecastable if what it would predict cannot be used.
	Predict(ctx context.Context, s Series, h int) ([]float64, error)
	// BinaryMarshaler writes everything that Load needs, so that the loaded
	// one predicts bit for bit the same.
	encoding.BinaryMarshaler
}

// An Updater is a Fitted that can take in what was measured since, without a
// refit. Not every Fitted is one: what has nothing to learn, or cannot, is not.
type Updater interface {
	Fitted
	// Update returns the model as it is after it has also learnt from the steps
	// of s from place seen on; those before are the ones that it knows, as far
	// back as s goes. All else that it chose when it was fitted stays. The
	// model itself does not change, and s is neither kept nor changed. The same
	// update always gives the same model, also after Load. It returns
	// ErrBadSeries if s is broken, has another step or fewer than seen steps,
	// and ErrNotForecastable if what it has learnt then cannot be used.
	Update(ctx context.Context, s Series, seen int) (Fitted, error)
}
