package executor

import (
	"encoding/binary"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync"
	"time"

	"headroom/capacity"
)

// Clone is a machine that goes on from the same point. It shares what a machine never
// changes in place. TestClone_Complete fails if a field is added that it may have to copy.
func (m *Machine) Clone() *Machine {
	c := *m
	c.s = m.s.clone()
	c.effects, c.rules = nil, m.rules
	c.read, c.unreadable, c.writing = maps.Clone(m.read), maps.Clone(m.unreadable), maps.Clone(m.writing)
	c.unsaved, c.requests = slices.Clone(m.unsaved), slices.Clone(m.requests)
	c.searches, c.candidates = slices.Clone(m.searches), slices.Clone(m.candidates)
	c.rollbacks, c.actions = slices.Clone(m.rollbacks), maps.Clone(m.actions)
	return &c
}

// Cloned are the maps and slices that Clone copies.
var Cloned = []string{
	"Machine.read", "Machine.unreadable", "Machine.writing", "Machine.unsaved", "Machine.requests", "Machine.searches", "Machine.candidates",
	"Machine.rollbacks", "Machine.actions", "State.Offers", "State.Substitutions", "State.Verifying", "State.Left", "State.Recent",
	"State.Notes", "State.Next", "State.Counts", "State.Seen", "State.Timetables", "State.Most", "State.Targets",
}

func (s State) clone() State {
	s.Offers, s.Substitutions = slices.Clone(s.Offers), slices.Clone(s.Substitutions)
	s.Verifying, s.Left = slices.Clone(s.Verifying), slices.Clone(s.Left)
	s.Recent, s.Notes = slices.Clone(s.Recent), slices.Clone(s.Notes)
	s.Overrides, s.Policy.Pools = slices.Clone(s.Overrides), slices.Clone(s.Policy.Pools)
	s.Next, s.Counts, s.Seen = maps.Clone(s.Next), maps.Clone(s.Counts), maps.Clone(s.Seen)
	s.Timetables, s.Most = maps.Clone(s.Timetables), maps.Clone(s.Most)
	s.Targets = maps.Clone(s.Targets)
	for name, t := range s.Targets {
		if t.Postponed != nil {
			p := *t.Postponed
			t.Postponed = &p
			s.Targets[name] = t
		}
	}
	return s
}

// Unstored is the number of orders that are not known to be stored.
func (m *Machine) Unstored() int { return len(m.unsaved) }

// ignored are fields of which nothing depends that is decided.
var ignored = map[string]bool{
	"Machine.rules": true, "Machine.effects": true, "Machine.changed": true, "Machine.why": true, "Machine.nextID": true,
	"Machine.unreadable": true, "Machine.actions": true, "request.id": true, "search.id": true, "Verification.ID": true,
	"State.Notes": true, "State.Recent": true, "State.Counts": true, "State.By": true, "State.Why": true, "State.Left": true,
	"State.Most": true, "State.Seen": true, "State.Service": true, "Order.At": true, "Order.Why": true, "Order.By": true, "Action.Why": true,
	"Outcome.Note": true, "Override.Why": true, "Override.By": true, "Postponed.Why": true, "Postponed.Tries": true,
	"Substitution.Why": true, "FloorResult.Why": true, "FloorResult.Memory": true, "PlanLoaded.Actions": true, "PlanLoaded.Seen": true,
	"PlanLoaded.Pools": true, "PlanLoaded.Most": true, "PlanLoaded.Settled": true, "Postponed.Since": true, "LeftTarget.At": true,
	"Machine.now": true, "Failure.Text": true, "Ordered.ID": true, "Machine.reading": true, "Policy.Demand": true,
}

// Fingerprint appends what decides how a machine goes on, and nothing else.
func (m *Machine) Fingerprint(to []byte) []byte { return Fingerprint(to, *m) }

// Fingerprint appends the values of v that decide how a machine goes on.
func Fingerprint(to []byte, v any) []byte { return fingerprint(to, reflect.ValueOf(v)) }

var (
	timeType   = reflect.TypeFor[time.Time]()
	policyType = reflect.TypeFor[capacity.Policy]()
)

func fingerprint(to []byte, v reflect.Value) []byte {
	switch v.Kind() { //nolint:exhaustive // the others are not in a state
	case reflect.Bool:
		if v.Bool() {
			return append(to, 1)
		}
		return append(to, 0)
	case reflect.Int, reflect.Int64:
		return binary.AppendVarint(to, v.Int())
	case reflect.Float64:
		return binary.AppendVarint(to, int64(v.Float()*1000))
	case reflect.String:
		return append(append(to, v.String()...), 0)
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return append(to, 0)
		}
		return fingerprint(append(to, 1), v.Elem())
	case reflect.Slice:
		to = binary.AppendVarint(to, int64(v.Len()))
		for i := range v.Len() {
			to = fingerprint(to, v.Index(i))
		}
		return to
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int {
			if a.String() < b.String() {
				return -1
			}
			return 1
		})
		to = binary.AppendVarint(to, int64(v.Len()))
		for _, key := range keys {
			to = fingerprint(fingerprint(to, key), v.MapIndex(key))
		}
		return to
	case reflect.Struct:
		return fingerprintStruct(to, v)
	}
	panic(fmt.Sprintf("a state holds a %s", v.Kind()))
}

func fingerprintStruct(to []byte, v reflect.Value) []byte {
	t := v.Type()
	switch t {
	case timeType: // wall seconds and nanoseconds, without a zone
		return binary.AppendVarint(binary.AppendUvarint(to, v.Field(0).Uint()), v.Field(1).Int())
	case policyType:
		for _, name := range []string{"Pools", "Control"} {
			to = fingerprint(to, v.FieldByName(name))
		}
		return to
	}
	for _, i := range decisive(t) {
		to = fingerprint(to, v.Field(i))
	}
	return to
}

// fields is the fields of each type that are not ignored: []int by reflect.Type.
var fields sync.Map

func decisive(t reflect.Type) []int {
	if known, ok := fields.Load(t); ok {
		return known.([]int)
	}
	var all []int
	for i := range t.NumField() {
		if !ignored[t.Name()+"."+t.Field(i).Name] {
			all = append(all, i)
		}
	}
	fields.Store(t, all)
	return all
}
