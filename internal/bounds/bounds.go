// Package bounds limits what a policy may make a worker do: which sources it reads,
// which targets it scales, which channels it tells, how many units it runs and what they
// cost. Whoever runs the workers sets the bounds, and no policy widens them.
package bounds

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"headroom/capacity"
)

// Bounds are what a worker allows policies. The zero Bounds allow no address.
type Bounds struct {
	Sources, Targets, Channels List
	// MaxUnits is the most units of one pool; zero: no bound.
	MaxUnits capacity.Units
	// MaxCost is the most money that all pools of a service may cost in an hour, at the
	// prices of its policy; zero: no bound.
	MaxCost float64
}

// The variables that set bounds.
const (
	sourcesVariable  = "HEADROOM_SOURCES"
	targetsVariable  = "HEADROOM_TARGETS"
	channelsVariable = "HEADROOM_CHANNELS"
	unitsVariable    = "HEADROOM_MAX_UNITS"
	costVariable     = "HEADROOM_MAX_COST"
)

// The schemes of addresses, and what is allowed where nothing is set.
const (
	sourceSchemes   = "s3 file prometheus prometheus+https"
	targetSchemes   = "aws-asg aws-ecs aws-sagemaker aws-sagemaker-component kube https http command sim"
	channelSchemes  = "https http sns env"
	defaultSources  = "s3://,prometheus://,prometheus+https://"
	defaultTargets  = "aws-asg://,aws-ecs://,aws-sagemaker://,aws-sagemaker-component://,kube://,https://,sim://"
	defaultChannels = "https://,sns://,env:"
)

// What a worker of a development environment allows as well: files, and servers of this
// machine.
const (
	developmentSources  = ",file://,prometheus://localhost,prometheus://127.0.0.1,prometheus://[::1]"
	developmentTargets  = ",http://localhost,http://127.0.0.1,http://[::1]"
	developmentChannels = ",http://localhost,http://127.0.0.1,http://[::1]"
)

// FromEnvironment reads the bounds through lookup, which is like [os.LookupEnv]:
//
//	HEADROOM_SOURCES    allowed sources, separated by commas (s3, prometheus and prometheus+https)
//	HEADROOM_TARGETS    allowed targets (all but http and command)
//	HEADROOM_CHANNELS   allowed channels of notices (all but http)
//	HEADROOM_MAX_UNITS  most units of one pool (no bound)
//	HEADROOM_MAX_COST   most money per hour and service (no bound)
//
// An error names the variable and the entry.
func FromEnvironment(lookup func(string) (string, bool)) (Bounds, error) {
	return read(lookup, defaultSources, defaultTargets, defaultChannels)
}

// Development is [FromEnvironment] for the worker of a development environment, which
// also allows files and servers on loopback where nothing is set.
func Development(lookup func(string) (string, bool)) (Bounds, error) {
	return read(lookup, defaultSources+developmentSources, defaultTargets+developmentTargets, defaultChannels+developmentChannels)
}

func read(lookup func(string) (string, bool), sources, targets, channels string) (b Bounds, err error) {
	value := func(name, fallback string) string {
		if v, ok := lookup(name); ok && v != "" {
			return v
		}
		return fallback
	}
	if b.Sources, err = parseList(sourcesVariable, value(sourcesVariable, sources), sourceSchemes); err != nil {
		return b, err
	}
	if b.Targets, err = parseList(targetsVariable, value(targetsVariable, targets), targetSchemes); err != nil {
		return b, err
	}
	if b.Channels, err = parseList(channelsVariable, value(channelsVariable, channels), channelSchemes); err != nil {
		return b, err
	}
	if v := value(unitsVariable, ""); v != "" {
		n, err := strconv.ParseInt(v, 10, 32)
		if err != nil || n < 1 {
			return b, fmt.Errorf("%s=%s: write the most units of one pool, such as 200", unitsVariable, v)
		}
		b.MaxUnits = capacity.Units(n)
	}
	if v := value(costVariable, ""); v != "" {
		b.MaxCost, err = strconv.ParseFloat(v, 64)
		if err != nil || !(b.MaxCost > 0) || math.IsInf(b.MaxCost, 1) {
			return b, fmt.Errorf("%s=%s: write the most money per hour and service, such as 500", costVariable, v)
		}
	}
	return b, nil
}

// Check returns ErrRefused if a policy names a source, a target or a channel that is not
// allowed, a pool with too many units, or pools that can cost too much. The text names
// the key, the bound, and the variable that sets it.
func (b Bounds) Check(p capacity.Policy) error {
	if _, err := b.Sources.Allows(p.Demand.Source); err != nil {
		return fmt.Errorf("demand.source: %w", err)
	}
	cost := 0.0
	for _, pool := range p.Pools {
		if _, err := b.Targets.Allows(string(pool.Target)); err != nil {
			return fmt.Errorf("target of pool %q: %w", pool.Name, err)
		}
		if err := b.Units(pool.Max); err != nil {
			return fmt.Errorf("max of pool %q: %w", pool.Name, err)
		}
		dearest := pool.Price
		for _, d := range pool.Prices {
			dearest = max(dearest, d.Price)
		}
		cost += float64(pool.Max) * dearest
	}
	if b.MaxCost > 0 && cost > b.MaxCost {
		return fmt.Errorf("max and price of the pools: they can cost %s an hour, and %s of the workers allows %s; lower max, or ask who runs the workers: %w",
			p.Objective.Money(cost), costVariable, capacity.Figure(b.MaxCost), capacity.ErrRefused)
	}
	for _, channel := range p.Notify {
		if _, err := b.Channels.Allows(channel.To); err != nil {
			return fmt.Errorf("notify: %w", err)
		}
	}
	return nil
}

// Units returns ErrRefused if one pool may not run so many units.
func (b Bounds) Units(n capacity.Units) error {
	if b.MaxUnits > 0 && n > b.MaxUnits {
		return fmt.Errorf("%s are beyond %s of the workers, which allows %d; ask for fewer, or ask who runs the workers: %w",
			capacity.Count(n, "unit"), unitsVariable, b.MaxUnits, capacity.ErrRefused)
	}
	return nil
}

// A List is addresses that are allowed.
type List struct {
	variable string // that sets it
	patterns []pattern
}

// String is the list as it is written.
func (l List) String() string {
	all := make([]string, len(l.patterns))
	for i, p := range l.patterns {
		all[i] = p.text
	}
	return strings.Join(all, ",")
}

// Allows returns ErrRefused if no entry allows an address, or if its host is an address
// of the machine itself, link-local, or of a cloud's metadata, and no entry names that
// host. Named tells whether an entry does: then a connection may go wherever the name
// leads.
func (l List) Allows(address string) (named bool, err error) {
	a, ok := split(address)
	allowed := false
	for _, p := range l.patterns {
		if ok && p.matches(a) {
			allowed, named = true, named || p.named()
		}
	}
	switch {
	case !allowed:
		return false, fmt.Errorf("%q is not among %s=%s of the workers; ask who runs the workers to add %s there: %w", a.shown(), l.variable, l, a.entry(), capacity.ErrRefused)
	case !named && a.internal():
		return false, fmt.Errorf("%q is an address of the worker's own machine, link-local or metadata, which %s=%s of the workers does not name; ask who runs the workers to add %s there: %w",
			a.shown(), l.variable, l, a.entry(), capacity.ErrRefused)
	}
	return named, nil
}
