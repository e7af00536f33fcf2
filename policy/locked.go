package policy

import (
	"bytes"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

// recorded is what a policy records of the locks of its base: each key once, with its
// value there.
func (b base) recorded() (all []capacity.Lock, err error) {
	for _, key := range lockedKeys(b.locks) {
		l := capacity.Lock{Key: key}
		if n := at(b.root, key); n != nil {
			var text bytes.Buffer
			if err := writeJSON(&text, n); err != nil {
				return nil, err
			}
			l.Value = text.String()
		}
		all = append(all, l)
	}
	return all, nil
}

// LockedChanges names the keys that the base of a policy locks and that another policy in
// its place would change: other values, or bounds wider than those of the base, or no
// lock any more.
func LockedChanges(now, next capacity.Policy) (keys []string, err error) {
	var before, after yaml.Node
	if len(now.Base.Locked) == 0 {
		return nil, nil
	}
	if err := yaml.Unmarshal([]byte(Format(now)), &before); err != nil {
		return nil, err
	}
	if err := yaml.Unmarshal([]byte(Format(next)), &after); err != nil {
		return nil, err
	}
	for _, l := range now.Base.Locked {
		if !slices.Contains(next.Base.Locked, l) || lockChanges(l, leaves(before.Content[0], l), leaves(after.Content[0], l)) {
			keys = append(keys, l.Key)
		}
	}
	return keys, nil
}

// leaves are the values under a locked key, by their full keys. A key of all pools has the
// values of each.
func leaves(root *yaml.Node, l capacity.Lock) map[string][]*yaml.Node {
	key := l.Key
	if key == "capacity.hold" || strings.HasPrefix(key, "capacity.ramp") {
		key = strings.Replace(key, "capacity.", "capacity.pools.", 1) // Format writes them there
	}
	all := map[string][]*yaml.Node{}
	var walk func(n *yaml.Node, full string)
	walk = func(n *yaml.Node, full string) {
		switch {
		case full == "capacity.pools" && n.Kind == yaml.SequenceNode:
			for _, pool := range n.Content {
				walk(pool, full)
			}
		case n.Kind == yaml.MappingNode:
			for i := 0; i+1 < len(n.Content); i += 2 {
				child := strings.TrimPrefix(full+"."+n.Content[i].Value, ".")
				if strings.HasPrefix(child+".", key+".") || strings.HasPrefix(key+".", child+".") {
					walk(n.Content[i+1], child)
				}
			}
		default:
			all[full] = append(all[full], n)
		}
	}
	walk(root, "")
	return all
}

// lockChanges reports whether what stands under a locked key is another value, or a wider
// bound, after a change.
func lockChanges(l capacity.Lock, before, after map[string][]*yaml.Node) bool {
	for full := range before {
		if len(after[full]) == 0 {
			return true
		}
	}
	for full, values := range after {
		no, bound := narrower[full], boundOf(l, full)
		for _, n := range values {
			same := func(other *yaml.Node) bool { return onOneLine(other) == onOneLine(n) }
			if no != nil && bound != nil && no(n, bound) || (no == nil || bound == nil) && !slices.ContainsFunc(before[full], same) {
				return true
			}
		}
	}
	return false
}

// boundOf is the value of the base for a full key at or under a locked one.
func boundOf(l capacity.Lock, full string) *yaml.Node {
	var document yaml.Node
	if l.Value == "" || yaml.Unmarshal([]byte(l.Value), &document) != nil {
		return nil
	}
	rest, below := strings.CutPrefix(full, l.Key+".")
	if !below {
		return document.Content[0]
	}
	return at(document.Content[0], rest)
}

// onOneLine writes a value of Format's on one line.
func onOneLine(n *yaml.Node) string {
	var b bytes.Buffer
	if err := writeJSON(&b, n); err != nil {
		return ""
	}
	return b.String()
}
