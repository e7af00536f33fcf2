package policy

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

// Changes names the keys that two policies say differently, such as
// capacity.pools[0].max, in the order of the file format.
func Changes(now, next capacity.Policy) ([]string, error) {
	var before, after yaml.Node
	if err := yaml.Unmarshal([]byte(Format(now)), &before); err != nil {
		return nil, fmt.Errorf("compare the policies of %q: %w", now.Service, err)
	}
	if err := yaml.Unmarshal([]byte(Format(next)), &after); err != nil {
		return nil, fmt.Errorf("compare the policies of %q: %w", now.Service, err)
	}
	was, order := map[string]string{}, []string{}
	flatten(before.Content[0], "", func(key, value string) { was[key], order = value, append(order, key) })
	is := map[string]string{}
	flatten(after.Content[0], "", func(key, value string) {
		if is[key] = value; !slices.Contains(order, key) {
			order = append(order, key)
		}
	})
	return slices.DeleteFunc(order, func(key string) bool { return was[key] == is[key] }), nil
}

// flatten calls for each value that is no mapping, and no list of mappings, with its full
// key.
func flatten(n *yaml.Node, key string, each func(key, value string)) {
	switch {
	case n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			child := n.Content[i].Value
			if key != "" {
				child = key + "." + child
			}
			flatten(n.Content[i+1], child, each)
		}
	case n.Kind == yaml.SequenceNode && len(n.Content) > 0 && n.Content[0].Kind == yaml.MappingNode:
		for i, entry := range n.Content {
			flatten(entry, fmt.Sprintf("%s[%d]", key, i), each)
		}
	default:
		each(key, onOneLine(n))
	}
}
