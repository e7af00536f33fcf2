package asg

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"headroom/capacity"
)

// A mode is which numbers of a group are ours.
type mode string

const (
	floor    mode = "floor"
	exact    mode = "exact"
	schedule mode = "schedule"
)

// What the service and we allow in one timetable.
const (
	maxSlots     = 125 // of all scheduled actions of a group; AWS does not raise it
	defaultSlots = 100 // leaves some to people
)

// address is a target's name, taken apart.
type address struct {
	region, group string
	mode          mode
	slots         int
}

var regionName = regexp.MustCompile(`^[a-z]{2,}(-[a-z0-9]+)+$`)

// parse takes a name apart.
func parse(name capacity.TargetName) (address, error) {
	wrong := func(format string, args ...any) (address, error) {
		return address{}, fmt.Errorf("target %q: %s: %w", name, fmt.Sprintf(format, args...), capacity.ErrNoSuchTarget)
	}
	u, err := url.Parse(string(name))
	if err != nil {
		return wrong("write aws-asg://REGION/GROUP?mode=floor (%v)", err)
	}
	a := address{region: u.Host, group: strings.TrimPrefix(u.Path, "/"), mode: floor, slots: defaultSlots}
	if u.Scheme != "aws-asg" || !regionName.MatchString(a.region) || a.group == "" || u.User != nil || u.Fragment != "" {
		return wrong("write aws-asg://REGION/GROUP?mode=floor, such as aws-asg://eu-west-1/chat-g5")
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return wrong("the parameters: %v", err)
	}
	for key, values := range query {
		value := values[0]
		switch key {
		case "mode":
			a.mode = mode(value)
		case "slots":
			a.slots, err = strconv.Atoi(value)
			if err != nil || a.slots < 1 || a.slots > maxSlots {
				return wrong("slots=%s: write a number from 1 to %d", value, maxSlots)
			}
		default:
			return wrong("unknown parameter %q; mode and slots are known", key)
		}
		if len(values) > 1 {
			return wrong("%s is given %d times; write it once", key, len(values))
		}
	}
	switch {
	case a.mode != floor && a.mode != exact && a.mode != schedule:
		return wrong("mode=%s: write floor, exact or schedule", a.mode)
	case query.Has("slots") && a.mode != schedule:
		return wrong("slots is for mode=schedule; leave it out")
	}
	return a, nil
}
