package capacity

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// A Policy is everything an operator says about one service. What the file
// left out has its default here, so a Policy needs no second look-up.
type Policy struct {
	Service string
	// Base is the policy that this one extends and was merged with; zero: it stands alone.
	Base Base `json:",omitzero"`
	// Owner is the team or person who answers for the service, and CostCenter who pays
	// for its units; empty: not said.
	Owner      string `json:",omitempty"`
	CostCenter string `json:",omitempty"`

	Demand    Demand
	Forecast  Outlook
	Schedule  Schedule `json:",omitzero"`
	Pools     []Pool
	Objective Objective
	Events    []Event // in the order of the file
	Control   Control
	Notify    Notify `json:",omitempty"`
	Audit     Audit  `json:",omitzero"`
}

// A Base is a policy that others extend.
type Base struct {
	Name string // such as tier-1
	Hash string // SHA-256 of what it says, whatever its comments and layout
	// Locked is what policies that extend it may not set, or only narrow, by key.
	Locked []Lock `json:",omitempty"`
}

// A Lock is a key that a base locks.
type Lock struct {
	Key   string // such as control.freeze
	Value string `json:",omitempty"` // of the base, in JSON; empty: it says none
}

// Encode is the policy as it is stored, in JSON, and the SHA-256 of that.
func (p Policy) Encode() (data []byte, hash string, err error) {
	if data, err = json.Marshal(p); err != nil {
		return nil, "", fmt.Errorf("encode the policy of %q: %w", p.Service, err)
	}
	return data, RefTo("", data).SHA256, nil
}

// Audit says how the record of decisions is kept.
type Audit struct {
	Keep time.Duration // no longer than this; zero: for ever
}

// Demand says where the load history is and how it is read.
type Demand struct {
	Source    string // a URI: s3://bucket/prefix/, file:///folder/ or prometheus://host:port/
	Time      string // name of the time column; empty if the source is queried
	Value     string // name of the load column, or the query
	Aggregate Aggregate
	// Across says how rows of one object that have the same time go together, such
	// as those of pods, zones or hosts. Empty: they may only repeat each other.
	Across Aggregate `json:",omitempty"`
	// Unit names what the load is measured in once it is a rate, such as
	// requests/s; empty: not said.
	Unit string `json:",omitempty"`
	// Decimal is the decimal mark of numbers written as text, "." or ",". Empty:
	// it is recognised, and numbers that can be read either way are refused.
	Decimal string `json:",omitempty"`
	// TimeFormat is the strftime format of times that are written as text, such as
	// %m/%d/%Y %H:%M. Empty: the formats that mean one thing only are recognised.
	TimeFormat string `json:",omitempty"`
	Step       time.Duration
	// Timezone is the IANA name of the wall clock that seasons follow. ZoneGiven
	// tells whether the operator named it: then times without a zone are read
	// in it, otherwise they are an error.
	Timezone  string
	ZoneGiven bool
	Window    time.Duration // how far back history is read
}

// Queried reports whether the source is a server of metrics, which is asked by
// queries and knows no columns.
func (d Demand) Queried() bool {
	scheme, _, _ := strings.Cut(d.Source, "://")
	return scheme == "prometheus" || scheme == "prometheus+https"
}

// Rate turns a value of one step into the load that units are measured by:
// a sum over the step becomes a rate per second, a level stays what it is.
func (d Demand) Rate(value float64) float64 {
	if d.Aggregate == Sum {
		return value / d.Step.Seconds()
	}
	return value
}

// An Aggregate says what the measurements inside one step become.
type Aggregate string

// The aggregates.
const (
	Sum  Aggregate = "sum"  // counts: requests, tokens
	Mean Aggregate = "mean" // levels: sessions, utilisation
	Max  Aggregate = "max"  // levels whose peak matters
)

// Outlook says how far ahead is planned, how often models are retrained, by
// what they are compared, and whose holidays count.
type Outlook struct {
	Horizon  time.Duration
	Retrain  string   // cron, in the demand's time zone; empty: never by itself
	Calendar []string // ISO 3166 codes of countries, such as "CN"
	// ByCost: models are compared by what their plans would have cost at the
	// service level of the objective, and not by the error of their forecasts.
	ByCost bool `json:",omitempty"`
}

// Objective says what a plan is to reach: exactly one of Missing and
// ServiceLevel is positive.
type Objective struct {
	Missing      float64 // money for each unit-hour that was needed and missing
	ServiceLevel float64 // share of the time in which nothing is missing, in (0, 1)
	// Change is money for each unit that is started or stopped: what a start
	// takes beyond the price of its hours, such as loading a model.
	Change float64
	Budget Budget
	// Currency is the ISO 4217 code of all money in the policy, such as USD;
	// empty: not known.
	Currency string `json:",omitempty"`
}

// Money writes an amount in the currency of the policy.
func (o Objective) Money(v float64) string {
	if o.Currency == "" {
		return Figure(v)
	}
	return Figure(v) + " " + o.Currency
}

// A Budget is the most money that units may take in each period. The zero
// Budget sets no limit. Periods begin on the wall clock of the demand's zone,
// weeks on Monday; of a period that a plan covers in part it may spend that
// part.
type Budget struct {
	Amount float64
	Per    Period
	// Shared names a budget of several services, of which the service may spend
	// its share; Amount and Per are then not said here.
	Shared string `json:",omitempty"`
}

// Limited reports whether the budget sets a limit.
func (b Budget) Limited() bool { return b.Per != "" }

// A Period is a part of the calendar.
type Period string

// The periods.
const (
	Hour Period = "hour"
	Day  Period = "day"
	Week Period = "week"
)

// Control says who decides, and when nobody may.
type Control struct {
	Mode     Mode
	Approval Approval
	Freeze   Freeze `json:",omitzero"` // when changes are denied, and which
	// PromotionFreeze is when no retraining replaces the champion model, by time.
	PromotionFreeze []Window     `json:",omitempty"`
	PolicyFreeze    PolicyFreeze `json:",omitzero"`
	Floor           Floor        `json:",omitzero"` // beneath every plan
	// Live is what becomes of the controller's decisions, from minute to minute.
	Live Live `json:",omitempty"`
	// Roles say who may do what; none: everybody may do everything.
	Roles []Role `json:",omitempty"`
}

// A Window is the time in [From, To).
type Window struct {
	From, To time.Time
}

// Holds reports whether t is inside the window.
func (w Window) Holds(t time.Time) bool { return !t.Before(w.From) && t.Before(w.To) }

// A Mode says what happens to a plan once it is made.
type Mode string

// The modes.
const (
	Propose Mode = "propose" // show it; nobody acts
	Approve Mode = "approve" // act once a person has approved
	Auto    Mode = "auto"    // act
)

// Approval says which plans a person must approve in mode approve: those that
// exceed one of the limits, or all if there is none.
type Approval struct {
	// Above: a plan with an action that changes more units than this. Negative:
	// no limit.
	Above Units
	// Cost: a plan that spends more money than this beyond what keeping the units
	// of now would, until it ends. Zero: no limit.
	Cost    float64 `json:",omitempty"`
	Expires time.Duration
}

// NoUnits is a limit of units that is none.
const NoUnits Units = -1
