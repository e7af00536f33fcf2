package policy

import (
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

// busiest bounds the utilisation at which a unit rate is learnt: above it,
// utilisation hardly grows with load any more.
const busiest = 0.97

// unitRate reads the load that one unit serves, and how it is learnt. With
// learn, unitRate may be left out: then a rate that cannot be learnt is refused.
func (f *file) unitRate(s *section, p *capacity.Pool) {
	_, said := s.has("unitRate")
	line, learnt := s.has("learn")
	if said || !learnt {
		p.UnitRate = required(s, "unitRate", unitRate, "say how much load one unit serves, per second if the load is a count, or learn it: learn: {utilisation: cpu, units: replicas, at: 60%}")
	}
	if !learnt {
		return
	}
	learn := s.sub("learn", "")
	p.Learn.Units = required(learn, "units", text, "name the column of how many units served, such as replicas")
	utilised, utilisation := learn.has("utilisation")
	_, latency := learn.has("latency")
	switch {
	case learn == nil:
	case utilisation && latency:
		f.wrong(utilised, learn.full("utilisation"), "stands beside latency, and a rate is learnt from one of them; remove the other")
	case utilisation:
		p.Learn.Utilisation = value(learn, "utilisation", learn.values["utilisation"], text)
		p.Learn.At = required(learn, "at", busy, "say how busy a unit should be, such as 60%")
	case latency:
		p.Learn.Latency = value(learn, "latency", learn.values["latency"], text)
		p.Learn.At = required(learn, "at", number(positive, "write a latency in the unit of its column, more than 0"), "say which latency is still good, in the unit of its column, such as 250")
	default:
		f.wrong(line, learn.path, "neither utilisation nor latency; name the column of one of them, such as utilisation: cpu")
	}
	if line, _ := learn.has("units"); p.Learn.Units != "" && p.Learn.Units == p.Learn.Signal() {
		f.wrong(line, learn.full("units"), "%s is the column of how busy the units are already; name another", shorten(p.Learn.Units))
	}
}

// alone checks that a rate is learnt only where all load is that of one pool.
func (f *file) alone(sections []*section, pools []capacity.Pool) {
	for i, pool := range pools {
		if line, _ := sections[i].has("learn"); len(pools) > 1 && pool.Learn.Wanted() {
			f.wrong(line, sections[i].full("learn"), "the history does not tell which of %s served the load; write unitRate", capacity.Count(len(pools), "pool"))
		}
	}
}

func unitRate(n *yaml.Node) (float64, error) {
	if n.Kind == yaml.MappingNode || n.Value == "learn" {
		return 0, errors.New("what is learnt stands beside it; write learn: {utilisation: cpu, units: replicas, at: 60%}")
	}
	return number(positive, "write the load one unit serves, more than 0")(n)
}

// busy reads how busy a unit should be: 60% or 0.6.
func busy(n *yaml.Node) (float64, error) {
	const remedy = "write a share above 0% and below 97%, such as 60%"
	inside := func(v float64) bool { return 0 < v && v < busiest }
	m := percentForm.FindStringSubmatch(n.Value)
	if n.Kind != yaml.ScalarNode || m == nil {
		return number(inside, remedy)(n)
	}
	v, err := percent(m[1])
	if err != nil || !inside(v) {
		return 0, fmt.Errorf("%s cannot be; %s", shorten(n.Value), remedy)
	}
	return v, nil
}

// formatLearn writes l so that it is read back.
func formatLearn(l capacity.Learn) string {
	if l.Latency != "" {
		return fmt.Sprintf("{latency: %s, units: %s, at: %s}", quote(l.Latency), quote(l.Units), formatNumber(l.At))
	}
	return fmt.Sprintf("{utilisation: %s, units: %s, at: %s}", quote(l.Utilisation), quote(l.Units), formatPercent(l.At))
}
