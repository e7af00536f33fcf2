package controller

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"headroom/capacity"
)

// A Mode says what becomes of decisions.
type Mode string

// The modes.
const (
	Off       Mode = "off"        // nothing is decided
	Shadow    Mode = "shadow"     // decisions are recorded, and nothing is asked for
	RaiseOnly Mode = "raise-only" // decisions are the minimum of an autoscaler
	Auto      Mode = "auto"       // decisions are what the target is asked for
)

// An Envelope is what the conductor of a service lets its controller do.
type Envelope struct {
	Service string
	Pool    string // the one pool whose number is decided
	Target  capacity.TargetName
	Number  int64  // rises by one with each envelope of the service
	Policy  string `json:",omitempty"` // hash of the policy that was in force
	Made    time.Time
	Expires time.Time // from here on nothing is asked for
	Mode    Mode

	// Least is the highest of the pool's Min and the overrides "at least", Most the
	// lowest of its Max, quota, budget and overrides.
	Least, Most Bound
	// Band is how far the number may be from that of the plan: a person approves what is
	// further. Zero: as far as the other bounds allow.
	Band   capacity.Units `json:",omitempty"`
	Hold   string         `json:",omitempty"` // why nothing is asked for: a freeze, a pause, an abort; empty: it is
	KeepUp string         `json:",omitempty"` // why nothing is lowered; empty: it is

	UnitRate float64       // load that one unit serves
	Served   float64       `json:",omitempty"` // load that the other pools serve
	LeadTime time.Duration // from asking to serving
	Share    float64       // promised: of the time in which capacity may be missing
	// Aim is the share that is aimed at so that the promised one is kept, by a replay
	// of the service's own history. Zero: the promised one.
	Aim float64 `json:",omitempty"`

	Ramp capacity.Ramp `json:",omitzero"`  // how fast the number may move
	Stay time.Duration `json:",omitempty"` // a number that was changed stays for so long

	Plan   Plan
	Events []Event `json:",omitempty"` // by From

	Fresh  time.Duration // a measurement that is older changes nothing
	LetGo  time.Duration // when the newest one is older, the plan decides
	Limits Limits
}

// A Bound is a number of units and the rule that sets it.
type Bound struct {
	Units capacity.Units
	Why   string
}

// A Plan is the numbers of the plan in force for the pool.
type Plan struct {
	ID    string
	Slots []Slot `json:",omitempty"` // by time
	Until time.Time
}

// A Slot is a number that a plan asks for from a time on.
type Slot struct {
	At    time.Time
	Units capacity.Units
}

// at is what the plan asks for; false before it begins and after it has ended.
func (p Plan) at(now time.Time) (capacity.Units, bool) {
	if !now.Before(p.Until) {
		return 0, false
	}
	i := slices.IndexFunc(p.Slots, func(s Slot) bool { return s.At.After(now) })
	if i < 0 {
		i = len(p.Slots)
	}
	if i == 0 {
		return 0, false
	}
	return p.Slots[i-1].Units, true
}

// says reports whether the plan asks for a number.
func (p Plan) says(now time.Time) bool {
	_, says := p.at(now)
	return says
}

// An Event is the units that an announced event is expected to need.
type Event struct {
	ID    string
	From  time.Time // when to ask for them
	Due   time.Time // when its load should be there: from here on they count only if it is
	Until time.Time
	Units capacity.Units
}

// Limits bound how much the number moves.
type Limits struct {
	Step      capacity.Units // most units by which one decision moves it; zero: no limit
	Reversals int            // in an hour, after which nothing is lowered; a raise may be one more
	Calls     int            // of the target in an hour; lowering may use half of them
}

// The limits of an envelope that sets none, and the ages of measurements.
const (
	usualReversals = 12
	usualCalls     = 60
	usualFresh     = 3 * time.Minute
	usualLetGo     = 10 * time.Minute
)

// usual fills in what an envelope leaves open.
func (e Envelope) usual() Envelope {
	if e.Limits.Reversals == 0 {
		e.Limits.Reversals = usualReversals
	}
	if e.Limits.Calls == 0 {
		e.Limits.Calls = usualCalls
	}
	if e.Fresh == 0 {
		e.Fresh = usualFresh
	}
	if e.LetGo == 0 {
		e.LetGo = max(usualLetGo, e.Fresh)
	}
	if e.Aim == 0 {
		e.Aim = e.Share
	}
	return e
}

// EnvelopeKey is where the envelope of a service is stored.
func EnvelopeKey(service string) string { return EnvelopePrefix + service + ".json" }

// EnvelopePrefix is where the envelopes of all services are.
const EnvelopePrefix = "envelopes/"

// Validate reports the first reason why nothing can be decided within the envelope, as
// an [capacity.ErrBadData].
func (e Envelope) Validate() error {
	bad := func(key, format string, args ...any) error {
		return fmt.Errorf("envelope %d of service %q: %s %s: %w", e.Number, e.Service, key, fmt.Sprintf(format, args...), capacity.ErrBadData)
	}
	switch {
	case e.Service == "":
		return bad("Service", "is empty")
	case !slices.Contains([]Mode{Off, Shadow, RaiseOnly, Auto}, e.Mode):
		return bad("Mode", "is %q, use off, shadow, raise-only or auto", e.Mode)
	case e.Made.IsZero() || !e.Expires.After(e.Made):
		return bad("Expires", "%s is not after Made %s", e.Expires.Format(time.RFC3339), e.Made.Format(time.RFC3339))
	case e.Least.Units < 0:
		return bad("Least", "is %d, use 0 or more", e.Least.Units)
	case e.Most.Units < e.Least.Units:
		return bad("Most", "is %d (%s), below the Least of %d (%s)", e.Most.Units, e.Most.Why, e.Least.Units, e.Least.Why)
	case !(e.UnitRate > 0) || math.IsInf(e.UnitRate, 1):
		return bad("UnitRate", "is %v, use the load that one unit serves", e.UnitRate)
	case !(e.Served >= 0) || math.IsInf(e.Served, 1):
		return bad("Served", "is %v, use the load that other pools serve", e.Served)
	case e.Band < 0 || e.Stay < 0 || e.Ramp.Up.Units < 0 || e.Ramp.Up.Per < 0 || e.Ramp.Down.Units < 0 || e.Ramp.Down.Per < 0:
		return bad("Band, Stay or Ramp", "is negative: %d, %v, %+v, use 0 or more", e.Band, e.Stay, e.Ramp)
	case e.LeadTime < 0:
		return bad("LeadTime", "is %v, use 0 or more", e.LeadTime)
	case !(e.Share > 0 && e.Share < 1):
		return bad("Share", "is %v, use a share of time between 0 and 1", e.Share)
	case !(e.Aim >= 0 && e.Aim < 1):
		return bad("Aim", "is %v, use a share of time between 0 and 1", e.Aim)
	case e.Fresh < 0 || e.LetGo < 0 || e.usual().LetGo < e.usual().Fresh:
		return bad("LetGo", "%v is below Fresh %v", e.LetGo, e.Fresh)
	case e.Limits.Step < 0 || e.Limits.Reversals < 0 || e.Limits.Calls < 0:
		return bad("Limits", "are %+v, use 0 or more", e.Limits)
	case !slices.IsSortedFunc(e.Plan.Slots, func(a, b Slot) int { return a.At.Compare(b.At) }):
		return bad("Plan", "%s is not in the order of time", e.Plan.ID)
	}
	for i, v := range e.Events {
		switch {
		case v.ID == "" || slices.ContainsFunc(e.Events[:i], func(o Event) bool { return o.ID == v.ID }):
			return bad("Events", "names %q twice, or has no ID", v.ID)
		case v.Due.Before(v.From) || !v.Until.After(v.From):
			return bad("Events", "%q ends, or is due, before it begins", v.ID)
		case v.Units < 0:
			return bad("Events", "%q needs %d units, use 0 or more", v.ID, v.Units)
		}
	}
	return nil
}

// stored is an envelope as it is stored.
type stored struct {
	Version int
	Envelope
}

const envelopeVersion = 1

// EncodeEnvelope is the envelope as it is stored under [EnvelopeKey].
func EncodeEnvelope(e Envelope) ([]byte, error) {
	if err := e.Validate(); err != nil {
		return nil, err
	}
	return json.Marshal(stored{envelopeVersion, e})
}

// DecodeEnvelope reads what [EncodeEnvelope] wrote. Its error is an [capacity.ErrBadData].
func DecodeEnvelope(data []byte) (Envelope, error) {
	var s stored
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return Envelope{}, fmt.Errorf("envelope of %d bytes: %w; the conductor of the service writes it anew: %w", len(data), err, capacity.ErrBadData)
	}
	if s.Version != envelopeVersion {
		return Envelope{}, fmt.Errorf("envelope of service %q has version %d and this release reads version %d; run the same release everywhere: %w", s.Service, s.Version, envelopeVersion, capacity.ErrBadData)
	}
	return s.Envelope, s.Validate()
}
