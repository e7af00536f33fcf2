package policy

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

func (f *file) pool(s *section, horizon time.Duration) capacity.Pool {
	var p capacity.Pool
	p.Target = required(s, "target", target, "say what is scaled, such as sim://chat")
	p.Name = f.poolName(s, p.Target)
	f.unitRate(s, &p)
	p.Min = optional(s, "min", count(0), "1", "a service that is off cannot answer the first request")
	p.Max = required(s, "max", count(1), "say how many units may run at most")
	f.price(s, &p)
	f.leadTime(s, &p)
	p.Market = optional(s, "market", oneOf(capacity.OnDemand, capacity.Reserved, capacity.Spot), "on-demand", "available on demand, never reclaimed")
	p.Paid = optional(s, "paid", units, "0 units", "every unit costs its price while it runs, and nothing else")
	p.Interruption = f.interruption(s, p.Market)
	p.Changes = f.changes(s, p.Target)
	if _, said := s.has("quota"); said {
		p.Quota = required(s, "quota", name, "name the quota")
	}
	if p.Max > 0 { // otherwise max is missing or wrong, and so is what is compared with it
		f.poolFaults(s, p)
	}
	if p.Max > 0 && p.Paid > p.Max {
		line, _ := s.has("paid")
		f.wrong(line, s.full("paid"), "%d is more than max, %d; lower it or raise max", p.Paid, p.Max)
	}
	if horizon > 0 && p.LeadTime >= horizon {
		line, _ := s.has("leadTime")
		f.wrong(line, s.full("leadTime"), "%s is not inside the horizon %s, so that no plan could ever act; lengthen forecast.horizon", formatDuration(p.LeadTime), formatDuration(horizon))
	}
	return p
}

// poolFaults reports what [capacity.Pool.Faults] finds in what the section says, unless
// reading that key failed before.
func (f *file) poolFaults(s *section, p capacity.Pool) {
	for _, fault := range p.Faults() {
		line, _ := s.has(fault.Key)
		known := s.values[fault.Key] == nil || slices.ContainsFunc(f.mistakes, func(m mistake) bool { return m.line == line && m.key == s.full(fault.Key) })
		if !known {
			f.wrong(line, s.full(fault.Key), "%s", fault.Text)
		}
	}
}

// poolName reads the name of the pool, which else is that of its target.
func (f *file) poolName(s *section, t capacity.TargetName) string {
	if _, said := s.has("name"); !said && t == "" {
		return "" // there is no target to take the name from, and f knows it
	}
	return optional(s, "name", name, nameOf(t), "the name of its target")
}

// changes reads how often the number of a pool may change in one plan. A target
// that carries plans out by itself has only so many places for them.
func (f *file) changes(s *section, t capacity.TargetName) int {
	if slots := slotsOf(t); slots != "" {
		return optional(s, "changes", changes, slots, "the target's timetable has no more places")
	}
	return optional(s, "changes", changes, noLimit, "the number may change in every step")
}

// changes reads how often a number may change in one plan.
func changes(n *yaml.Node) (int, error) {
	if n.Kind == yaml.ScalarNode && n.Value == noLimit {
		return 0, nil
	}
	most, err := count(1)(n)
	if err != nil {
		return 0, fmt.Errorf("%s cannot be a number of changes; write a whole number from 1 to %d, or none", describe(n), maxUnits)
	}
	return int(most), nil
}

// formatChanges writes most so that changes reads it.
func formatChanges(most int) string {
	if most == 0 {
		return noLimit
	}
	return strconv.Itoa(most)
}
