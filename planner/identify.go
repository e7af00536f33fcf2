package planner

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"headroom/capacity"
)

// identify names a plan by its inputs, notes apart: the first 12 hexadecimal
// digits of the SHA-256 of their JSON, with all times in UTC.
func identify(in Input) (string, error) {
	in.Notes = nil
	in.Now, in.Forecast.Start = in.Now.UTC(), in.Forecast.Start.UTC()
	data, err := json.Marshal(in)
	if err != nil {
		return "", fmt.Errorf("plan %q: a number in the policy is infinite or NaN: %w: %w", in.Policy.Service, err, capacity.ErrBadPolicy)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:6]), nil
}
