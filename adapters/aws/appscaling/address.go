package appscaling

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"headroom/capacity"
)

// The modes in which a target is scaled.
const (
	Floor    = "floor"    // sets MinCapacity, and lets the target's policies run more
	Exact    = "exact"    // sets the number itself; the target must not be registered
	Schedule = "schedule" // is floor, and a Timetabled
)

// An Address is the name of a target, taken apart.
type Address struct {
	Region string
	Parts  []string // of the path
	Mode   string
	Slots  int // the most scheduled actions of ours
}

var regionName = regexp.MustCompile(`^[a-z]{2,}(-[a-z0-9]+)+$`)

// Parse takes the name of a target apart, whose form is such as
// "aws-ecs://REGION/CLUSTER/SERVICE". It returns ErrNoSuchTarget for what is no
// such address.
func Parse(name capacity.TargetName, form string) (Address, error) {
	wrong := func(format string, args ...any) (Address, error) {
		return Address{}, fmt.Errorf("target %q: %s: %w", name, fmt.Sprintf(format, args...), capacity.ErrNoSuchTarget)
	}
	scheme, path, _ := strings.Cut(form, "://")
	u, err := url.Parse(string(name))
	if err != nil {
		return wrong("write %s (%v)", form, err)
	}
	a := Address{Region: u.Host, Parts: strings.Split(strings.TrimPrefix(u.Path, "/"), "/"), Mode: Floor, Slots: MaxSlots / 2}
	if u.Scheme != scheme || !regionName.MatchString(a.Region) || len(a.Parts) != strings.Count(path, "/") || slices.Contains(a.Parts, "") || u.User != nil || u.Fragment != "" {
		return wrong("write %s", form)
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return wrong("the parameters: %v", err)
	}
	for key, values := range query {
		switch {
		case len(values) > 1:
			return wrong("%s is given %d times; write it once", key, len(values))
		case key == "mode":
			a.Mode = values[0]
		case key == "slots":
			if a.Slots, err = strconv.Atoi(values[0]); err != nil || a.Slots < 1 || a.Slots > MaxSlots {
				return wrong("slots=%s: write a number from 1 to %d", values[0], MaxSlots)
			}
		default:
			return wrong("unknown parameter %q; mode and slots are known", key)
		}
	}
	switch {
	case a.Mode != Floor && a.Mode != Exact && a.Mode != Schedule:
		return wrong("mode=%s: write floor, exact or schedule", a.Mode)
	case query.Has("slots") && a.Mode != Schedule:
		return wrong("slots is for mode=schedule; leave it out")
	}
	return a, nil
}
