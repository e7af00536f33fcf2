package policy

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

// roles reads who may do what.
func (f *file) roles(s *section) []capacity.Role {
	if _, said := s.has("roles"); !said {
		return nil
	}
	var all []capacity.Role
	lines := map[string]int{}
	for i, n := range value(s, "roles", s.values["roles"], sequence) {
		path := fmt.Sprintf("%s[%d]", s.full("roles"), i)
		if n.Kind == yaml.AliasNode {
			f.wrong(n.Line, path, "an alias (*%s); write the role out", shorten(n.Value))
			continue
		}
		section := f.section(path, n)
		r := f.role(section)
		line, _ := section.has("name")
		if first, again := lines[r.Name]; again && r.Name != "" {
			f.wrong(line, section.full("name"), "%s is the role %s already; give each a name of its own", r.Name, f.on(first))
		} else {
			lines[r.Name] = line
		}
		all = append(all, r)
	}
	return all
}

func (f *file) role(s *section) capacity.Role {
	var r capacity.Role
	r.Name = required(s, "name", name, "name the role, such as operators")
	r.Who = required(s, "who", words(text, "people"), "list who has the role: names, or group:NAME")
	r.May = required(s, "may", words(permission, "permissions"), "list what the role may do, of "+listed(capacity.Permissions())+"; "+included)
	if _, said := s.has("units"); said {
		r.Units = value(s, "units", s.values["units"], someUnits)
	}
	if _, said := s.has("cost"); said {
		r.Cost = value(s, "cost", s.values["cost"], number(positive, "write the most money that a change may take, more than 0"))
	}
	return r
}

// included is what permissions allow beside the command of their name.
const included = "pause includes resume, and override includes override --clear"

// permission reads one thing that a role may do.
func permission(n *yaml.Node) (capacity.Permission, error) {
	p, err := oneOf(capacity.Permissions()...)(n)
	if err != nil {
		return p, fmt.Errorf("%w; %s", err, included)
	}
	return p, nil
}

// someUnits reads a number of units that is not 0.
func someUnits(n *yaml.Node) (capacity.Units, error) {
	v, err := units(n)
	if err == nil && v == 0 {
		return 0, errors.New("0 units cannot be; write the most that may change at once, 1 or more")
	}
	return v, err
}

// words reads a list of at least one word, none of them twice.
func words[T ~string](parse parser[T], what string) parser[[]T] {
	return func(n *yaml.Node) ([]T, error) {
		if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
			return nil, fmt.Errorf("%s, but a list of %s is wanted; write one in brackets", describeList(n), what)
		}
		var all []T
		for _, entry := range n.Content {
			v, err := parse(entry)
			if err != nil {
				return nil, err
			}
			if slices.Contains(all, v) {
				return nil, fmt.Errorf("%s is said twice; remove one of the two", v)
			}
			all = append(all, v)
		}
		return all, nil
	}
}

func listed[T ~string](all []T) string {
	var list []string
	for _, v := range all {
		list = append(list, quote(string(v)))
	}
	return strings.Join(list, ", ")
}

// formatRole writes a role so that role reads it.
func formatRole(r capacity.Role) string {
	text := fmt.Sprintf("{name: %s, who: [%s], may: [%s]", quote(r.Name), listed(r.Who), listed(r.May))
	if r.Units > 0 {
		text += fmt.Sprintf(", units: %d", r.Units)
	}
	if r.Cost > 0 {
		text += ", cost: " + formatNumber(r.Cost)
	}
	return text + "}"
}
