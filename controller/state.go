package controller

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"math"
	"time"

	"headroom/capacity"
	"headroom/nowcast"
)

// A state is the name of its kind, the version of its form, what is small as JSON, the
// ticks that are in no forecaster, the state of the forecaster, and the checksum of all
// that. JSON, ticks and forecaster come after their lengths in bytes.
const (
	stateName    = "control\x00"
	stateVersion = 1
	headerLen    = len(stateName) + 4
	sumLen       = 4
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// StateKey is where the state of the controller of a service is stored.
func StateKey(service string) string { return "controller/" + service + "/state" }

// small is the part of a state that is JSON.
type small struct {
	series
	Memory  memory
	Served  []asked
	Minutes []float64
}

// State is everything that the Controller has learnt and remembers, for [Restore].
func (c *Controller) State() ([]byte, error) {
	text, err := json.Marshal(small{c.series, c.decider.memory, c.served, c.minutes})
	if err != nil {
		return nil, fmt.Errorf("state of the controller of service %q: %w", c.Service, err)
	}
	ticks := make([]byte, 0, 8*len(c.young))
	for _, x := range c.young {
		ticks = binary.LittleEndian.AppendUint64(ticks, math.Float64bits(x))
	}
	var caster []byte
	if c.caster != nil {
		caster = c.caster.State()
	}
	b := binary.LittleEndian.AppendUint32([]byte(stateName), stateVersion)
	for _, part := range [][]byte{text, ticks, caster} {
		b = append(binary.LittleEndian.AppendUint32(b, uint32(len(part))), part...)
	}
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli)), nil
}

// Restore makes a Controller that goes on as the one that had this State would have.
// It returns an [capacity.ErrBadData] if the bytes are damaged or of another version;
// then [New] makes one from the load. What was measured since the state was saved is to
// be handed to the first Tick; if that is more than days, New is faster.
func Restore(state []byte) (*Controller, error) {
	bad := func(format string, args ...any) (*Controller, error) {
		return nil, fmt.Errorf("state of a controller: %s; begin anew from the load: %w", fmt.Sprintf(format, args...), capacity.ErrBadData)
	}
	if len(state) < headerLen+sumLen || string(state[:len(stateName)]) != stateName {
		return bad("these %d bytes are none", len(state))
	}
	if v := binary.LittleEndian.Uint32(state[len(stateName):]); v != stateVersion {
		return bad("its version is %d and this release reads version %d", v, stateVersion)
	}
	body := len(state) - sumLen
	if crc32.Checksum(state[:body], castagnoli) != binary.LittleEndian.Uint32(state[body:]) {
		return bad("its %d bytes are damaged", len(state))
	}
	rest := state[headerLen:body]
	var parts [3][]byte
	for i := range parts {
		if len(rest) < 4 || uint64(len(rest)-4) < uint64(binary.LittleEndian.Uint32(rest)) {
			return bad("its %d bytes are inconsistent", len(state))
		}
		n := 4 + int(binary.LittleEndian.Uint32(rest))
		parts[i], rest = rest[4:n], rest[n:]
	}
	var s small
	if err := json.Unmarshal(parts[0], &s); err != nil || len(parts[1])%8 != 0 || len(rest) > 0 || s.Step <= 0 || time.Minute%s.Step != 0 {
		return bad("its %d bytes are inconsistent", len(state))
	}
	c := &Controller{series: s.series, decider: Decider{s.Memory}, served: s.Served, minutes: s.Minutes}
	for i := 0; i < len(parts[1]); i += 8 {
		c.young = append(c.young, math.Float64frombits(binary.LittleEndian.Uint64(parts[1][i:])))
	}
	if len(parts[2]) > 0 {
		caster, err := nowcast.Restore(parts[2])
		if err != nil {
			return nil, err
		}
		c.caster = caster
	}
	return c, nil
}
