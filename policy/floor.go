package policy

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

// noFloor is how the file says that plans stand on their own.
const noFloor = "none"

// A strategy reacts to the load of now.
type strategy string

const (
	dynamic   strategy = "dynamic"
	threshold strategy = "threshold"
)

const usualTarget = "70%"

// floor reads the strategies beneath a plan: one of their names, a list of them,
// or their settings by name.
func (f *file) floor(s *section, pools []capacity.Pool) capacity.Floor {
	var floor capacity.Floor
	line, said := s.has("floor")
	if said && s.values["floor"] != nil && s.values["floor"].Kind == yaml.MappingNode {
		floor = f.settings(s.sub("floor", ""))
	} else {
		for _, name := range optional(s, "floor", strategies, noFloor, "a plan rests on its forecast alone") {
			switch name {
			case dynamic:
				floor.Dynamic = 0.7
				f.defaults = append(f.defaults, Default{s.full("floor.dynamic.target"), usualTarget, whyTarget})
			case threshold:
				floor.Threshold = true
			}
		}
	}
	if floor.Wanted() && len(pools) > 1 {
		f.wrong(line, s.full("floor"), "%s share the load, and a floor counts for one pool in this version; remove it", capacity.Count(len(pools), "pool"))
	}
	return floor
}

const whyTarget = "the usual target of autoscalers, with room for a unit that fails"

// settings reads the strategies of a mapping.
func (f *file) settings(s *section) capacity.Floor {
	var floor capacity.Floor
	if s == nil {
		return floor
	}
	if len(s.values) == 0 {
		f.wrong(s.line, s.path, "no strategy; name one, such as dynamic, or write none")
	}
	if _, said := s.has(string(dynamic)); said {
		floor.Dynamic = optional(s.sub(string(dynamic), ""), "target", aim, usualTarget, whyTarget)
	}
	if line, said := s.has(string(threshold)); said {
		floor.Threshold = true
		if n := s.values[string(threshold)]; n != nil && (n.Kind != yaml.MappingNode || len(n.Content) > 0) {
			f.wrong(line, s.full(string(threshold)), "%s, but this strategy has no settings; write threshold: {}", describe(n))
		}
	}
	return floor
}

// strategies reads names, or none.
func strategies(n *yaml.Node) ([]strategy, error) {
	if n.Kind == yaml.ScalarNode && n.Value == noFloor {
		return nil, nil
	}
	named := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		named = n.Content
	}
	if len(named) == 0 {
		return nil, errors.New("an empty list; name a strategy, dynamic or threshold, or write none")
	}
	var all []strategy
	for _, n := range named {
		name, err := oneOf(dynamic, threshold)(n)
		if err != nil {
			return nil, err
		}
		if slices.Contains(all, name) {
			return nil, fmt.Errorf("%s is said twice; remove one of the two", name)
		}
		all = append(all, name)
	}
	return all, nil
}

// aim reads a utilisation to aim at: 70% or 0.7.
func aim(n *yaml.Node) (float64, error) {
	const remedy = "write a share above 0% and up to 100%, such as 70%"
	inside := func(v float64) bool { return 0 < v && v <= 1 }
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

// formatFloor writes strategies so that floor reads them.
func formatFloor(f capacity.Floor) string {
	if !f.Wanted() {
		return noFloor
	}
	var all []string
	if f.Dynamic > 0 {
		all = append(all, "dynamic: {target: "+formatPercent(f.Dynamic)+"}")
	}
	if f.Threshold {
		all = append(all, "threshold: {}")
	}
	return "{" + strings.Join(all, ", ") + "}"
}
