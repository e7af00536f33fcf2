// Package local has every port on this machine: a source and a store in
// folders, and a simulated fleet to scale. The laptop, the demo and the tests
// run on it.
package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"

	"headroom/capacity"
)

// A Fleet is simulated targets, one file each in a folder. It stands for the
// outside world: its state survives whoever scales it, several processes may
// scale it at once, and it keeps its own log of what was done to it.
type Fleet struct {
	Dir string
	// Now is the time the fleet lives in; nil is the wall clock.
	Now func() time.Time
}

// fleetName keeps a target's name usable as a file name.
var fleetName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

// Target is the simulated target of that name, such as
// "sim://chat?leadTime=4m&limit=40". It comes into being, with what the
// parameters say, when it is first asked for something:
//
//	units=N     runs N units at the start (1)
//	leadTime=D  a new unit serves D after it was asked for (0s)
//	limit=N     no more than N units ever serve, however many are asked for (no limit)
//	busy=N      every N-th request to scale is refused with ErrTargetBusy (never)
//	lost=N      every N-th request to scale is carried out, but its answer is lost (never)
//	fail=N      every N-th request to scale fails, and nothing is changed (never)
//	dry=N       every N-th request to scale is refused with ErrNoCapacity (never)
//	slow=N      every N-th request to scale is answered seconds after it was carried out (never)
//	strict=1    a request that expects another number than is asked for is ErrConflict
//	drop=N      every N-th cut takes one unit too many (never)
//	max=N       the upper bound at the start, which [Target.Limit] moves (a million)
//	quota=N     the account may not have more (no quota)
//	mode=schedule  it is a [Timetabled] of at most slots=N entries (100)
//
// While there is a file NAME.stop beside that of the target, every change of it is
// ErrStopped; the file holds the reason.
func (f Fleet) Target(name capacity.TargetName) (capacity.Target, error) {
	u, err := url.Parse(string(name))
	if err != nil || u.Scheme != "sim" || !fleetName.MatchString(u.Host) {
		return nil, fmt.Errorf("target %q: write sim://NAME, a name of lower-case letters, digits and dashes: %w", name, capacity.ErrNoSuchTarget)
	}
	t := &Target{name: name, path: filepath.Join(f.Dir, u.Host+".json"), now: f.Now}
	if t.now == nil {
		t.now = time.Now
	}
	if t.traits, err = parseTraits(u.Query()); err != nil {
		return nil, fmt.Errorf("target %q: %w: %w", name, err, capacity.ErrNoSuchTarget)
	}
	if t.traits.scheduled {
		return &Timetabled{t}, nil
	}
	return t, nil
}

// A Target is one simulated target of a Fleet.
type Target struct {
	name   capacity.TargetName
	path   string
	now    func() time.Time
	traits traits
}

var _ capacity.Target = (*Target)(nil)

// slowly is how long a slow answer takes.
const slowly = 2 * time.Second

var (
	// errLost is the answer that never arrives.
	errLost = errors.New("the connection was closed before the answer arrived")
	// errInternal is an answer that says nothing.
	errInternal = errors.New("internal error")
)

// State reports what runs now.
func (t *Target) State(context.Context) (capacity.State, error) {
	var state capacity.State
	err := t.change(func(s *ledger) error {
		state = s.state(t.now())
		return nil
	})
	return state, err
}

// Scale asks for a.Units units, as [capacity.Target] says.
func (t *Target) Scale(ctx context.Context, a capacity.Action) error {
	late := false
	err := t.change(func(s *ledger) error {
		s.Calls++
		late = nth(s.Calls, t.traits.slow)
		if err := t.stopped(); err != nil && a.Units != s.Asked {
			return fmt.Errorf("scale %q to %d: %w", t.name, a.Units, err)
		}
		switch {
		case a.Units < 0:
			return fmt.Errorf("scale %q to %d: %w", t.name, a.Units, capacity.ErrOutOfBounds)
		case a.Units > s.Max:
			return fmt.Errorf("scale %q to %d: it may run at most %d; raise that, or lower max in the policy: %w", t.name, a.Units, s.Max, capacity.ErrOutOfBounds)
		case nth(s.Calls, t.traits.busy):
			return fmt.Errorf("scale %q to %d: %w", t.name, a.Units, capacity.ErrTargetBusy)
		case nth(s.Calls, t.traits.dry):
			return fmt.Errorf("scale %q to %d: %w", t.name, a.Units, capacity.ErrNoCapacity)
		case nth(s.Calls, t.traits.fail):
			return fmt.Errorf("scale %q to %d: %w", t.name, a.Units, errInternal)
		case t.traits.strict && a.From != s.Asked && a.Units != s.Asked:
			return fmt.Errorf("scale %q to %d: %d were expected and %d are asked for: %w", t.name, a.Units, a.From, s.Asked, capacity.ErrConflict)
		}
		s.Requests = append(s.Requests, Change{At: t.now(), Action: a.ID, From: s.Asked, To: a.Units})
		s.scale(a, t.now(), t.traits)
		if nth(s.Calls, t.traits.lost) {
			return fmt.Errorf("scale %q to %d: %w", t.name, a.Units, errLost)
		}
		return nil
	})
	if late {
		select {
		case <-ctx.Done():
		case <-time.After(slowly):
		}
	}
	return err
}

// Log is every change that the target has carried out, oldest first.
func (t *Target) Log() ([]Change, error) {
	var log []Change
	err := t.change(func(s *ledger) error {
		log = s.Log
		return nil
	})
	return log, err
}

// change lets f read and change the target's ledger while nobody else does.
// What f changed is kept even if f returns an error.
func (t *Target) change(f func(*ledger) error) error {
	if err := os.MkdirAll(filepath.Dir(t.path), 0o755); err != nil {
		return fmt.Errorf("open simulated target %q: %w", t.name, err)
	}
	unlock, err := lockedfile.MutexAt(t.path + ".lock").Lock()
	if err != nil {
		return fmt.Errorf("lock simulated target %q: %w", t.name, err)
	}
	defer unlock()

	s := newLedger(t.traits)
	switch data, err := os.ReadFile(t.path); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fmt.Errorf("open simulated target %q: %w", t.name, err)
	default:
		if err := json.Unmarshal(data, s); err != nil {
			return fmt.Errorf("simulated target %q: %s: %w: %w", t.name, t.path, err, capacity.ErrBadData)
		}
	}
	if len(s.Entries) > 0 {
		s.run(t.now(), t.traits)
	}
	verdict := f(s)
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("write simulated target %q: %w", t.name, err)
	}
	// Written beside and renamed: a process that dies here leaves the old
	// state, never half a new one.
	if err := os.WriteFile(t.path+".new", data, 0o644); err != nil {
		return fmt.Errorf("write simulated target %q: %w", t.name, err)
	}
	if err := os.Rename(t.path+".new", t.path); err != nil {
		return fmt.Errorf("write simulated target %q: %w", t.name, err)
	}
	return verdict
}

// nth reports whether the count-th of something is one of every n-th.
func nth(count, n int) bool { return n > 0 && count%n == 0 }
