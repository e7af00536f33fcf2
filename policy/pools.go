package policy

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

func (f *file) capacity(top *section, p *capacity.Policy) {
	s := top.sub("capacity", "say what is scaled: capacity: {pools: [...]}")
	for i, n := range required(s, "pools", list, "list the pool that is scaled, with target, unitRate, max and price") {
		path := fmt.Sprintf("capacity.pools[%d]", i)
		switch {
		case i > 0:
			f.wrong(n.Line, path, "more than one pool is not available in this version; remove it")
		case n.Kind == yaml.AliasNode:
			f.wrong(n.Line, path, "an alias (*%s); write the pool out", shorten(n.Value))
		default:
			p.Pools = append(p.Pools, f.pool(f.section(path, n), p.Forecast.Horizon))
		}
	}
	ramp := s.sub("ramp", "")
	p.Ramp.Up = optional(ramp, "up", rate, noLimit, "units may be added as fast as the target allows")
	p.Ramp.Down = optional(ramp, "down", rate, noLimit, "units may be removed as fast as the target allows")
}

// list reads a list with at least one entry.
func list(n *yaml.Node) ([]*yaml.Node, error) {
	if n.Kind != yaml.SequenceNode {
		return nil, fmt.Errorf("%s, but a list is wanted; write one entry, starting with a dash", describe(n))
	}
	if len(n.Content) == 0 {
		return nil, errors.New("no pool; write one, with target, unitRate, max and price")
	}
	return n.Content, nil
}

func (f *file) pool(s *section, horizon time.Duration) capacity.Pool {
	var p capacity.Pool
	p.Target = required(s, "target", target, "say what is scaled, such as sim://chat")
	p.Name = f.poolName(s, p.Target)
	p.UnitRate = required(s, "unitRate", unitRate, "say how much load one unit serves, per second if the load is a count")
	p.Min = optional(s, "min", count(0), "1", "a service that is off cannot answer the first request")
	p.Max = required(s, "max", count(1), "say how many units may run at most")
	p.Price = required(s, "price", number(func(v float64) bool { return v >= 0 }, "write the money per unit-hour, 0 or more"), "say what one unit costs per hour")
	p.LeadTime = optional(s, "leadTime", leadTime, "5m", "instance, image, model and warm-up together, as a first guess: measure it")
	if p.Max > 0 && p.Min > p.Max {
		line, _ := s.has("min")
		f.wrong(line, s.full("min"), "%d is more than max, %d; lower it or raise max", p.Min, p.Max)
	}
	if horizon > 0 && p.LeadTime >= horizon {
		line, _ := s.has("leadTime")
		f.wrong(line, s.full("leadTime"), "%s is not inside the horizon %s, so that no plan could ever act; lengthen forecast.horizon", formatDuration(p.LeadTime), formatDuration(horizon))
	}
	return p
}

// poolName reads the name of the pool, which else is that of its target.
func (f *file) poolName(s *section, t capacity.TargetName) string {
	u, err := url.Parse(string(t))
	if _, said := s.has("name"); !said && (t == "" || err != nil) {
		return "" // there is no target to take the name from, and f knows it
	}
	return optional(s, "name", name, u.Host, "the name of its target")
}

func unitRate(n *yaml.Node) (float64, error) {
	if n.Kind == yaml.MappingNode || n.Value == "learn" {
		return 0, errors.New("a learnt unit rate is not available in this version; write the load one unit serves, as a number")
	}
	return number(positive, "write the load one unit serves, more than 0")(n)
}

func leadTime(n *yaml.Node) (time.Duration, error) {
	if n.Kind == yaml.ScalarNode && n.Value == "measured" {
		return 0, errors.New("a measured lead time is not available in this version; write a duration, such as 4m")
	}
	return duration(0)(n)
}
