// Package command scales by running a program: whatever a machine can do, a
// target can be.
//
// The target command:///opt/pools/scale?arg=--pool&arg=web runs
//
//	/opt/pools/scale --pool web state
//	/opt/pools/scale --pool web scale UNITS
//
// without a shell, in an environment of PATH, HOME, LANG and TZ of the caller: what else
// it holds, such as keys and credentials, is kept from programs. The first prints what
// runs, as soon as the second has ended:
//
//	{"units": 8, "serving": 6, "floor": false}
//
// The second sets the number, returns without waiting for the units to serve,
// and finds in its environment HEADROOM_ACTION_ID, HEADROOM_TARGET,
// HEADROOM_FROM and HEADROOM_WHY. The exit code says how it went, with those
// codes of sysexits.h:
//
//	0   it is accepted
//	64  it can never run so many, or the arguments are wrong (EX_USAGE)
//	66  there is no such target (EX_NOINPUT)
//	69  there is no capacity of this kind now (EX_UNAVAILABLE)
//	75  busy; asked again later (EX_TEMPFAIL)
//	77  the caller may not (EX_NOPERM)
//	78  somebody has stopped changes (EX_CONFIG)
//
// After any other, it is asked again. The last line on stderr is the reason
// that people get to read.
package command

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"time"

	"headroom/capacity"
)

// A Runner runs programs that scale.
type Runner struct {
	// Timeout is for one run; then the program is killed, with every process
	// of its group. Zero is a minute.
	Timeout time.Duration
}

// Target is what a program scales. The program is not run yet. Target returns
// ErrNoSuchTarget for a name that is not as the package says: the path must be
// absolute and clean, so that what runs does not depend on where.
func (r Runner) Target(name capacity.TargetName) (*Target, error) {
	u, err := url.Parse(string(name))
	if err != nil || u.Scheme != "command" || u.Host != "" || u.User != nil || u.Fragment != "" ||
		!filepath.IsAbs(u.Path) || filepath.Clean(u.Path) != u.Path || filepath.Dir(u.Path) == u.Path {
		return nil, fmt.Errorf("target %q: write command:///ABSOLUTE/PATH/OF/PROGRAM?arg=A&arg=B: %w", name, capacity.ErrNoSuchTarget)
	}
	parameters, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, fmt.Errorf("target %q: %w: %w", name, err, capacity.ErrNoSuchTarget)
	}
	for key := range parameters {
		if key != "arg" {
			return nil, fmt.Errorf("target %q: unknown parameter %q, there is only arg: %w", name, key, capacity.ErrNoSuchTarget)
		}
	}
	return &Target{name: name, program: u.Path, args: parameters["arg"], timeout: cmp.Or(r.Timeout, time.Minute)}, nil
}

// A Target is something that a program scales.
type Target struct {
	name    capacity.TargetName
	program string
	args    []string
	timeout time.Duration
}

var _ capacity.Target = (*Target)(nil)

// State asks the program what runs now, as [capacity.Target] says. ErrBadData
// says that what it printed is not a state.
func (t *Target) State(ctx context.Context) (capacity.State, error) {
	printed, err := t.run(ctx, []string{"HEADROOM_TARGET=" + string(t.name)}, "state")
	if err != nil {
		return capacity.State{}, fmt.Errorf("read %s: %w", t.name, err)
	}
	state := capacity.State{Units: -1, Serving: -1}
	if err := json.Unmarshal(printed, &state); err != nil || state.Units < 0 || state.Serving < 0 {
		return capacity.State{}, fmt.Errorf(`read %s: it printed no state, want JSON such as {"units": 8, "serving": 6}: %w`,
			t.name, capacity.ErrBadData)
	}
	return state, nil
}

// Scale has the program ask for a.Units units, as [capacity.Target] says, and
// reads back what came of it. ErrConflict says that another number stands
// there already. The program must take a repeat for what it is: the ID is the
// same, and so is the number.
func (t *Target) Scale(ctx context.Context, a capacity.Action) error {
	if a.Units < 0 {
		return fmt.Errorf("scale %s to %d: less than none: %w", t.name, a.Units, capacity.ErrOutOfBounds)
	}
	about := []string{
		"HEADROOM_ACTION_ID=" + a.ID,
		"HEADROOM_TARGET=" + string(t.name),
		"HEADROOM_FROM=" + strconv.Itoa(int(a.From)),
		"HEADROOM_WHY=" + a.Why,
	}
	if _, err := t.run(ctx, about, "scale", strconv.Itoa(int(a.Units))); err != nil {
		return fmt.Errorf("scale %s to %d: %w", t.name, a.Units, err)
	}
	after, err := t.State(ctx)
	if err != nil {
		return fmt.Errorf("scale %s to %d: it was accepted, but: %w", t.name, a.Units, err)
	}
	if after.Units != a.Units {
		return fmt.Errorf("scale %s to %d: it was accepted, but the state is now %d; either somebody else changed it, "+
			"or the program tells the number too late: %w", t.name, a.Units, after.Units, capacity.ErrConflict)
	}
	return nil
}
