package executor_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"headroom/executor"
)

// TestModel_Walks makes long random runs: each begins with up to 40 events, then everything
// succeeds. Each path is gone twice, and must have the same effects.
func TestModel_Walks(t *testing.T) {
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano())
	}
	r := rand.New(rand.NewPCG(*seed, 1))
	names := slices.Sorted(maps.Keys(models()))
	events := 0
	for i := range *walks {
		name := names[r.IntN(len(names))]
		m := models()[name]
		path, err := m.walk(r, 5+r.IntN(36))
		if err == nil {
			events += len(path)
			if one, two := m.retell(path), m.retell(path); one != two {
				err = errors.New("the same path had other effects when it was gone again")
			}
		}
		if err != nil {
			path, err = m.shorten(path, err)
			t.Fatalf("%s, walk %d of -seed %d, after %s:\n%v\n%s", name, i, *seed, strings.Join(path, ", then "), err, m.retell(path))
		}
	}
	t.Logf("%d walks of %d events, -seed %d", *walks, events, *seed)
}

// walk lets random events happen, and then everything succeed.
func (m model) walk(r *rand.Rand, length int) (path []string, err error) {
	w, err := m.start()
	if err != nil {
		return nil, err
	}
	for range length {
		all := w.events(m.events)
		event := all[r.IntN(len(all))]
		if slices.Contains([]string{"abort", "cancel", "terminate", "reset"}, event) && r.IntN(3) > 0 {
			continue // runs that end at once show little
		}
		path = append(path, event)
		if err := guard(func() error { return w.do(event) }); err != nil && !errors.As(err, new(refused)) {
			return path, err
		}
	}
	if err := guard(w.settle); err != nil {
		return path, fmt.Errorf("then everything succeeds: %w", err)
	}
	return path, nil
}

// shorten leaves out of a path what its fault does not need.
func (m model) shorten(path []string, err error) ([]string, error) {
	for again := true; again; {
		again = false
		for i := range path {
			shorter := slices.Delete(slices.Clone(path), i, i+1)
			if fault := m.follow(shorter); fault != nil {
				path, err, again = shorter, fault, true
				break
			}
		}
	}
	return path, err
}

// follow lets the events of a path happen that are possible, and then everything succeed.
func (m model) follow(path []string) error {
	w, err := m.start()
	if err != nil {
		return nil //nolint:nilerr // every path would fail
	}
	for _, event := range path {
		if !slices.Contains(w.events(m.events), event) {
			continue
		}
		if err := guard(func() error { return w.do(event) }); err != nil && !errors.As(err, new(refused)) {
			return err
		}
	}
	return guard(w.settle)
}

// TestClone_Complete fails when a field is added to what a machine remembers that a copy
// would share, so that the model check would mix up its branches.
func TestClone_Complete(t *testing.T) {
	shared := map[string]string{
		"Machine.rules": "never changed", "Machine.effects": "of one step", "Machine.loaded": "replaced, never changed",
	}
	for _, typ := range []reflect.Type{reflect.TypeFor[executor.Machine](), reflect.TypeFor[executor.State]()} {
		for f := range typ.Fields() {
			name := typ.Name() + "." + f.Name
			if _, ok := shared[name]; ok || !slices.Contains([]reflect.Kind{reflect.Map, reflect.Slice, reflect.Pointer}, f.Type.Kind()) {
				continue
			}
			if !slices.Contains(executor.Cloned, name) {
				t.Errorf("%s is new: let Clone copy it, or say here why it need not", name)
			}
		}
	}
}
