package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

// take removes a key from a mapping, and returns it with its value; nil if it is not
// there.
func take(root *yaml.Node, key string) (k, value *yaml.Node) {
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value == key {
			k, value = root.Content[i], root.Content[i+1]
			root.Content = slices.Delete(root.Content, i, i+2)
			return k, value
		}
	}
	return nil, nil
}

// takeOnce is take for a key that a file may say once.
func (f *file) takeOnce(root *yaml.Node, key string) (k, value *yaml.Node) {
	k, value = take(root, key)
	for again, _ := take(root, key); again != nil; again, _ = take(root, key) {
		f.wrong(again.Line, key, "said already %s; remove one of the two", f.on(k.Line))
	}
	return k, value
}

// at is what stands under a full key, nil if nothing does.
func at(root *yaml.Node, key string) *yaml.Node {
	for part := range strings.SplitSeq(key, ".") {
		if root.Kind != yaml.MappingNode {
			return nil
		}
		i, err := find(root, part)
		if err != nil || i < 0 {
			return nil
		}
		root = root.Content[i]
	}
	return root
}

// alternatives are keys that exclude each other: one that a file says takes the place of
// the other in its base.
var alternatives = map[string]string{
	"objective.missing": "objective.serviceLevel", "objective.serviceLevel": "objective.missing",
	"capacity.pools.learn.latency": "capacity.pools.learn.utilisation", "capacity.pools.learn.utilisation": "capacity.pools.learn.latency",
}

// merged is a mapping with what a base says of keys that it leaves out. Mappings are
// merged key by key, all else that the file says stands in place of what the base says.
//
// A file that is no base takes what its base says of all pools into each of its own.
func merged(base, over *yaml.Node, section string, isBase bool) *yaml.Node {
	out := *over
	out.Content = nil
	for i := 0; i+1 < len(over.Content); i += 2 {
		key, value := over.Content[i], over.Content[i+1]
		full := strings.TrimPrefix(section+"."+key.Value, ".")
		below, _ := find(base, key.Value)
		switch {
		case below < 0:
		case full == "capacity.pools" && value.Kind == yaml.SequenceNode && base.Content[below].Kind == yaml.MappingNode:
			value = eachPool(base.Content[below], value, isBase)
		case value.Kind == yaml.MappingNode && base.Content[below].Kind == yaml.MappingNode:
			value = merged(base.Content[below], value, full, isBase)
		}
		out.Content = append(out.Content, key, value)
	}
	for i := 0; i+1 < len(base.Content); i += 2 {
		key, value := base.Content[i], base.Content[i+1]
		full := strings.TrimPrefix(section+"."+key.Value, ".")
		said, _ := find(over, key.Value)
		other := alternatives[full]
		if other != "" {
			replaced, _ := find(over, other[strings.LastIndexByte(other, '.')+1:])
			said = max(said, replaced)
		}
		if said < 0 && (full != "capacity.pools" || isBase) {
			out.Content = append(out.Content, key, clone(value))
		}
	}
	return &out
}

// eachPool is a list of pools, each with what a base says of all.
func eachPool(base, pools *yaml.Node, isBase bool) *yaml.Node {
	out := *pools
	out.Content = nil
	for _, pool := range pools.Content {
		if pool.Kind == yaml.MappingNode {
			pool = merged(base, pool, "capacity.pools", isBase)
		}
		out.Content = append(out.Content, pool)
	}
	return &out
}

func clone(n *yaml.Node) *yaml.Node {
	out := *n
	out.Content = nil
	for _, child := range n.Content {
		out.Content = append(out.Content, clone(child))
	}
	return &out
}

// obey notes every key of a file that the base locks, unless it is a bound that the file
// narrows.
func (f *file) obey(root *yaml.Node, b base) {
	for _, l := range b.locks {
		keys := []string{l.key}
		if other := alternatives[l.key]; other != "" {
			keys = append(keys, other)
		}
		if strings.HasPrefix(l.key, "capacity.ramp") || l.key == "capacity.hold" {
			keys = append(keys, strings.Replace(l.key, "capacity.", "capacity.pools.", 1))
		}
		for _, key := range keys {
			f.keep(root, "", strings.Split(key, "."), l, b)
		}
	}
}

// keep notes where a file says a key that a base locks, whose remaining parts are given.
func (f *file) keep(n *yaml.Node, full string, parts []string, l lock, b base) {
	if plain(full) == "capacity.pools" && n.Kind == yaml.SequenceNode {
		for i, entry := range n.Content {
			f.keep(entry, fmt.Sprintf("%s[%d]", full, i), parts, l, b)
		}
		return
	}
	if len(parts) == 0 {
		f.narrow(n, full, l, b)
		return
	}
	if n.Kind != yaml.MappingNode {
		if full != "" && full != "capacity" && plain(full) != "capacity.pools" { // these are wrong in any case
			f.narrow(n, full, l, b)
		}
		return
	}
	if i, err := find(n, parts[0]); err == nil && i >= 0 {
		f.keep(n.Content[i], strings.TrimPrefix(full+"."+parts[0], "."), parts[1:], l, b)
	}
}

// narrow notes what stands under a locked key, unless it is a bound that is no wider than
// that of the base.
func (f *file) narrow(n *yaml.Node, full string, l lock, b base) {
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			f.narrow(n.Content[i+1], full+"."+n.Content[i].Value, l, b)
		}
		return
	}
	no, bound := narrower[plain(full)], at(b.root, plain(full))
	switch {
	case (no == nil || bound == nil) && !slices.ContainsFunc(f.mistakes, func(m mistake) bool { return m.line == n.Line && m.key == full }):
		f.wrong(n.Line, full, "%s locks %s; remove it here, or have the base changed", l.file, l.key)
	case no != nil && bound != nil && no(n, bound):
		f.wrong(n.Line, full, "%s is wider than %s, which %s locks; narrow it, or have the base changed", shorten(n.Value), shorten(bound.Value), l.file)
	}
}

// narrower is the bounds that may be narrowed although they are locked, and whether one
// is wider than that of a base. What cannot be read is not: reading it tells.
var narrower = map[string]func(own, base *yaml.Node) bool{
	"capacity.pools.max":       wider(count(1), func(own, base capacity.Units) bool { return own > base }),
	"control.approval.above":   wider(unitsOrNone, func(own, base capacity.Units) bool { return base >= 0 && (own < 0 || own > base) }),
	"control.approval.cost":    wider(number(positive, ""), func(own, base float64) bool { return own > base }),
	"control.approval.expires": wider(duration(time.Second), func(own, base time.Duration) bool { return own > base }),
	"control.mode": wider(oneOf(modes...), func(own, base capacity.Mode) bool {
		return slices.Index(modes, own) > slices.Index(modes, base)
	}),
}

// modes go from the one that lets least happen to the one that lets most.
var modes = []capacity.Mode{capacity.Propose, capacity.Approve, capacity.Auto}

func wider[T any](parse parser[T], more func(own, base T) bool) func(own, base *yaml.Node) bool {
	return func(own, base *yaml.Node) bool {
		o, err := parse(own)
		if err != nil {
			return false
		}
		b, err := parse(base)
		return err == nil && more(o, b)
	}
}
