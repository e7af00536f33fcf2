package controller_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
	"headroom/controller"
)

func TestEnvelope_IsReadAsItWasWritten(t *testing.T) {
	want := envelopeFor(origin)
	want.Hold, want.KeepUp, want.Served, want.Aim = "paused by ann", "frozen", 20, 0.006
	want.Plan = controller.Plan{ID: "p1", Until: origin.Add(time.Hour), Slots: []controller.Slot{{At: origin, Units: 3}}}
	want.Events = []controller.Event{{ID: "match", From: origin, Due: origin.Add(time.Minute), Until: origin.Add(time.Hour), Units: 9}}
	want.Limits = controller.Limits{Step: 3, Reversals: 4, Calls: 5}
	data, err := controller.EncodeEnvelope(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := controller.DecodeEnvelope(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-written +read:\n%s", diff)
	}
}

func TestDecodeEnvelope_Refuses(t *testing.T) {
	for data, want := range map[string]string{
		``:                               "the conductor of the service writes it anew",
		`[]`:                             "the conductor of the service writes it anew",
		`{"Version":2,"Service":"web"}`:  "has version 2 and this release reads version 1",
		`{"Version":1,"Surprise":"web"}`: "unknown field",
		`{"Version":1,"Service":"web"}`:  `Mode is ""`,
	} {
		if _, err := controller.DecodeEnvelope([]byte(data)); !errors.Is(err, capacity.ErrBadData) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q and %v", data, err, want, capacity.ErrBadData)
		}
	}
}

func TestEnvelope_Validate(t *testing.T) {
	for want, spoil := range map[string]func(*controller.Envelope){
		"Service is empty":       func(e *controller.Envelope) { e.Service = "" },
		`Mode is "on"`:           func(e *controller.Envelope) { e.Mode = "on" },
		"Expires":                func(e *controller.Envelope) { e.Expires = e.Made },
		"Least is -1":            func(e *controller.Envelope) { e.Least.Units = -1 },
		"Most is 1 (max), below": func(e *controller.Envelope) { e.Most.Units = 1 },
		"UnitRate is 0":          func(e *controller.Envelope) { e.UnitRate = 0 },
		"UnitRate is NaN":        func(e *controller.Envelope) { e.UnitRate = math.NaN() },
		"Served is -1":           func(e *controller.Envelope) { e.Served = -1 },
		"LeadTime is -1m0s":      func(e *controller.Envelope) { e.LeadTime = -time.Minute },
		"Share is 1":             func(e *controller.Envelope) { e.Share = 1 },
		"Aim is 2":               func(e *controller.Envelope) { e.Aim = 2 },
		"LetGo 1m0s is below":    func(e *controller.Envelope) { e.LetGo = time.Minute },
		"Limits":                 func(e *controller.Envelope) { e.Limits.Calls = -1 },
		"Plan p is not in": func(e *controller.Envelope) {
			e.Plan = controller.Plan{ID: "p", Slots: []controller.Slot{{At: origin}, {}}}
		},
		`Events names "" twice`:  func(e *controller.Envelope) { e.Events = []controller.Event{{}} },
		`Events "a" ends, or is`: func(e *controller.Envelope) { e.Events = []controller.Event{{ID: "a", From: origin}} },
		`Events "a" needs -1 unit`: func(e *controller.Envelope) {
			e.Events = []controller.Event{{ID: "a", Due: origin, Until: origin, Units: -1}}
		},
	} {
		e := envelopeFor(origin)
		spoil(&e)
		if err := e.Validate(); !errors.Is(err, capacity.ErrBadData) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q and %v", err, want, capacity.ErrBadData)
		}
		if _, err := controller.EncodeEnvelope(e); err == nil {
			t.Errorf("an envelope is written in which %s", want)
		}
	}
}
