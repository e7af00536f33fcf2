package planner

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"headroom/capacity"
)

// identify names a plan by its inputs, notes apart: the first 12 hexadecimal
// digits of the SHA-256 of their JSON, with all times in UTC, and of the bits of
// the forecast's values, which are too many to be written out.
func identify(in Input) (string, error) {
	in.Now, in.Forecast.Start = in.Now.UTC(), in.Forecast.Start.UTC()
	values := in.Forecast.Values
	in.Forecast.Values = nil
	in.Policy.Schedule = capacity.Schedule{} // when it was planned is no part of the plan
	data, err := json.Marshal(named{
		Policy: in.Policy, Forecast: in.Forecast, State: in.States[0], Now: in.Now, Others: in.States[1:],
	})
	if err != nil {
		return "", fmt.Errorf("plan %q: a number in the policy is infinite or NaN: %w: %w", in.Policy.Service, err, capacity.ErrBadPolicy)
	}
	data = slices.Grow(data, 8*len(values)*(1+len(values[0])))
	for _, row := range values {
		data = binary.BigEndian.AppendUint64(data, uint64(len(row)))
		for _, v := range row {
			data = binary.BigEndian.AppendUint64(data, math.Float64bits(v))
		}
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:6]), nil
}

// named is what a plan's name is made of, in the words of the first version,
// which planned one pool.
type named struct {
	Policy   capacity.Policy
	Forecast capacity.Forecast
	State    capacity.State
	Now      time.Time
	Notes    []string
	Others   []capacity.State `json:",omitempty"`
}
