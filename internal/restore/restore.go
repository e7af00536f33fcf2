// Package restore finds the objects of services that are damaged or lost beside what is
// authoritative, and rebuilds them from that: from the audit, from stored plans and models,
// and from the parts of runs over a fleet. It needs the store alone.
package restore

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"headroom/activities/records"
	"headroom/audit"
	"headroom/capacity"
)

// A Fault is what is wrong with an object.
type Fault string

// The faults.
const (
	Damaged  Fault = "damaged"
	Lost     Fault = "lost"
	Outdated Fault = "outdated" // older than what is on record
)

// A Deed is what was done about it.
type Deed string

// The deeds. Where nothing is written, they are what would be done.
const (
	Rebuilt Deed = "rebuilt"
	Removed Deed = "removed" // it is begun anew by who needs it
	Left    Deed = "left"    // it cannot be rebuilt
)

// A Finding is one object that was damaged, lost or outdated.
type Finding struct {
	Service string `json:",omitempty"` // empty: of a fleet
	Key     string
	Fault   Fault
	Done    Deed
	Text    string // from what it is rebuilt, or what to do
	Kept    string `json:",omitempty"` // the key under which the damaged bytes are kept
}

// An Order says who has objects restored, and when.
type Order struct {
	Store   capacity.Store
	Now     time.Time
	By, Why string
	DryRun  bool // nothing is written
}

// A job is the restoration of one service.
type job struct {
	Order
	service string
	chain   chain
	keys    map[string]bool // below plans/<service>/ and days/<service>/
	found   []Finding
}

// Service restores the objects of a service, in a fixed order. Its errors are those of
// the store. Each write is conditional, is on record in the audit, and keeps the damaged
// bytes.
func Service(ctx context.Context, o Order, service string) ([]Finding, error) {
	j := &job{Order: o, service: service, keys: map[string]bool{}}
	for _, prefix := range []string{"plans/", "days/"} {
		for e, err := range o.Store.List(ctx, prefix+service+"/", "") {
			if err != nil {
				return nil, err
			}
			j.keys[e.Key] = true
		}
	}
	for _, step := range []func(context.Context) error{
		j.head, j.readChain, j.policy, j.orders, j.champion, j.currentPlan, j.outcomes, j.standings,
		j.dayBooks, j.leadTimes, j.unitRates, j.share, j.targets, j.events, j.limits,
	} {
		if err := step(ctx); err != nil {
			return j.found, fmt.Errorf("restore %q: %w", service, err)
		}
	}
	return j.found, nil
}

// Services are those that the store knows: by their audit, plans, models or orders.
func Services(ctx context.Context, store capacity.Store) ([]string, error) {
	var all []string
	for _, prefix := range []string{"audit/", "models/", "orders/", "plans/", "services/"} {
		for after := ""; ; {
			next := ""
			for e, err := range store.List(ctx, prefix, after) {
				if err != nil {
					return nil, err
				}
				next = e.Key
				break
			}
			if next == "" {
				break
			}
			name, _, below := strings.Cut(strings.TrimPrefix(next, prefix), "/")
			if !below {
				name, _, _ = strings.Cut(name, ".json")
				after = next
			} else {
				after = prefix + name + "/\xff" // behind all keys of that service
			}
			if name != capacity.AllServices {
				all = append(all, name)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// An object is what is under a key, and what is wrong with it; no fault: it can be read.
type object struct {
	key, version string
	data         []byte
	fault        Fault
}

// read reads an object into v, which sound may refuse.
func (j *job) read(ctx context.Context, key string, v any, sound func() bool) (object, error) {
	o := object{key: key}
	var err error
	o.data, o.version, err = j.Store.Get(ctx, key)
	if errors.Is(err, capacity.ErrNotFound) {
		o.fault = Lost
		return o, nil
	}
	if err != nil {
		return o, err
	}
	if json.Unmarshal(o.data, v) != nil || string(bytes.TrimSpace(o.data)) == "null" || sound != nil && !sound() {
		o.fault = Damaged
	}
	return o, nil
}

// rebuild writes v in place of an object that is at fault.
func (j *job) rebuild(ctx context.Context, o object, v any, from string) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %q: %w", o.key, err)
	}
	f := Finding{Service: j.service, Key: o.key, Fault: o.fault, Done: Rebuilt, Text: "from " + from}
	if !j.DryRun {
		if f.Kept, err = j.keep(ctx, o); err != nil {
			return err
		}
		if err := j.Store.Swap(ctx, o.key, data, o.version); err != nil {
			return err
		}
		if err := j.record(ctx, f); err != nil {
			return err
		}
	}
	j.found = append(j.found, f)
	return nil
}

// remove takes a damaged object away, whose bytes are kept beside it.
func (j *job) remove(ctx context.Context, o object, text string) error {
	f := Finding{Service: j.service, Key: o.key, Fault: o.fault, Done: Removed, Text: text}
	if !j.DryRun {
		var err error
		if f.Kept, err = j.keep(ctx, o); err == nil {
			err = j.Store.Delete(ctx, o.key)
		}
		if err == nil {
			err = j.record(ctx, f)
		}
		if err != nil {
			return err
		}
	}
	j.found = append(j.found, f)
	return nil
}

// leave notes an object that nothing is left to rebuild from.
func (j *job) leave(o object, text string) error {
	j.found = append(j.found, Finding{Service: j.service, Key: o.key, Fault: o.fault, Done: Left, Text: text})
	return nil
}

// keep keeps the bytes of a damaged object.
func (j *job) keep(ctx context.Context, o object) (key string, err error) {
	if o.fault == Lost {
		return "", nil
	}
	ref, err := j.Store.Put(ctx, capacity.DamagedKey(o.key, o.data), o.data)
	return ref.Key, err
}

// record appends what was done to the audit.
func (j *job) record(ctx context.Context, f Finding) error {
	facts, err := records.Facts(f)
	if err != nil {
		return err
	}
	sum, err := records.Fingerprint(f)
	if err != nil {
		return err
	}
	_, err = audit.Append(ctx, j.Store, audit.Record{
		Service: j.service, ID: fmt.Sprintf("restored/%s/%s/%s", f.Key, j.Now.UTC().Format(time.RFC3339), sum[:12]), At: j.Now, Kind: audit.Restored,
		By: j.By, Why: j.Why, Text: fmt.Sprintf("%q was %s and is %s: %s", f.Key, f.Fault, f.Done, f.Text), Facts: facts,
	})
	return err
}
