package policy

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

// Bases is the folder beside a policy file that holds the bases it may extend.
const Bases = "tiers"

// mostBases is how many bases may extend each other.
const mostBases = 8

// A base is a policy file that others extend, merged with the base that it extends itself.
type base struct {
	root  *yaml.Node
	locks []lock
}

// A lock is a key that files which extend a base may not set, or only narrow.
type lock struct {
	key  string
	file string // that locks it
	line int    // in the text of all files
}

// ParseBeside is Parse for a file in a folder, whose bases and prices it may refer to.
// The folder is the one that the file is in.
func ParseBeside(folder fs.FS, name string, r io.Reader, overrides ...Override) (capacity.Policy, []Default, error) {
	return parse(&file{name: name, folder: folder, overrides: overrides}, r)
}

// CheckBase reads a base of a folder as a service would that adds no more than it must.
// The error joins every mistake, as that of Parse does.
func CheckBase(folder fs.FS, name, base string) error {
	f := &file{name: name, folder: folder}
	var stub yaml.Node
	b := f.base(base, 1, nil)
	if b != nil {
		if err := yaml.Unmarshal([]byte(leastOfService(b.root)), &stub); err != nil {
			return fmt.Errorf("check %s: %w", name, err)
		}
		f.policy(merged(b.root, stub.Content[0], "", false))
	}
	return f.err()
}

// leastOfService is what a service says at least in a file that extends a base.
func leastOfService(base *yaml.Node) string {
	text := "service: base\n"
	if at(base, "demand.source") == nil {
		text += "demand: {source: s3://load-history/base/}\n"
	}
	var pool strings.Builder
	pool.WriteString("target: sim://base")
	for _, key := range []string{"unitRate", "max", "price"} {
		if at(base, "capacity.pools."+key) == nil && (key != "unitRate" || at(base, "capacity.pools.learn") == nil) {
			pool.WriteString(", " + key + ": 1")
		}
	}
	text += "capacity: {pools: [{" + pool.String() + "}]}\n"
	if at(base, "objective.missing") == nil && at(base, "objective.serviceLevel") == nil {
		text += "objective: {missing: 2}\n"
	}
	return text
}

// extended is the root of a file merged with the base that it extends, if it does, and
// what the policy records of the base. It is nil if there is nothing to go on with.
func (f *file) extended(root *yaml.Node) (*yaml.Node, capacity.Base) {
	if root.Kind != yaml.MappingNode {
		return root, capacity.Base{}
	}
	if _, n := f.takeOnce(root, "locked"); n != nil {
		f.wrong(n.Line, "locked", "only a base locks keys; write it into %s/NAME.yaml, and extends: NAME here", Bases)
	}
	key, n := f.takeOnce(root, "extends")
	if n == nil {
		return root, capacity.Base{}
	}
	if at(root, "merged") != nil {
		f.wrong(key.Line, "extends", "stands beside merged, which says that the file is merged with its base already; remove one of the two")
		return nil, capacity.Base{}
	}
	b := f.base(f.baseName(n), n.Line, nil)
	if b == nil {
		return nil, capacity.Base{}
	}
	f.obey(root, *b)
	written, err := canonical(b.root, b.locks)
	if err != nil {
		f.wrong(n.Line, "extends", "%s cannot be written: %s; remove what no policy says from it", n.Value, err)
		return nil, capacity.Base{}
	}
	locked, err := b.recorded()
	if err != nil {
		f.wrong(n.Line, "extends", "%s cannot be written: %s; remove what no policy says from it", n.Value, err)
		return nil, capacity.Base{}
	}
	sum := sha256.Sum256(written)
	return merged(b.root, root, "", false), capacity.Base{Name: n.Value, Hash: hex.EncodeToString(sum[:]), Locked: locked}
}

func lockedKeys(locks []lock) (keys []string) {
	for _, l := range locks {
		keys = append(keys, l.key)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// canonical writes what a base says in one form, without comments and layout.
func canonical(root *yaml.Node, locks []lock) ([]byte, error) {
	var b bytes.Buffer
	for _, key := range lockedKeys(locks) {
		b.WriteString(key + "\n")
	}
	err := writeJSON(&b, sorted(root))
	return b.Bytes(), err
}

// sorted is a copy of a value with the keys of mappings in order.
func sorted(n *yaml.Node) *yaml.Node {
	out := *n
	out.Content = nil
	if n.Kind != yaml.MappingNode {
		for _, child := range n.Content {
			out.Content = append(out.Content, sorted(child))
		}
		return &out
	}
	var keys []int
	for i := 0; i+1 < len(n.Content); i += 2 {
		keys = append(keys, i)
	}
	slices.SortStableFunc(keys, func(i, j int) int { return strings.Compare(n.Content[i].Value, n.Content[j].Value) })
	for _, i := range keys {
		out.Content = append(out.Content, n.Content[i], sorted(n.Content[i+1]))
	}
	return &out
}

// baseName reads what stands under extends; "" if that is no name.
func (f *file) baseName(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.SequenceNode:
		f.wrong(n.Line, "extends", "a list, but a policy extends one base; name one, and let that one extend the other")
	case n.Kind == yaml.ScalarNode && strings.ContainsAny(n.Value, `/\`):
		f.wrong(n.Line, "extends", "%s is in another folder; write the name alone of a file in %s/ beside this one, such as tier-1", shorten(n.Value), Bases)
	default:
		s, err := name(n)
		if err != nil {
			f.wrong(n.Line, "extends", "%s", err)
		}
		return s
	}
	return ""
}

// base reads the base of a name, which an extends on that line names; nil if it cannot
// be read. The chain is the bases that led to it.
func (f *file) base(named string, line int, chain []string) *base {
	if named == "" {
		return nil
	}
	if slices.Contains(chain, named) {
		f.wrong(line, "extends", "%s extends itself: %s; remove one extends of these", named, strings.Join(append(chain, named), " → "))
		return nil
	}
	if chain = append(slices.Clip(chain), named); len(chain) > mostBases {
		f.wrong(line, "extends", "more than %d bases extend each other; put some of them together", mostBases)
		return nil
	}
	data, where, ok := f.beside(path.Join(Bases, named+".yaml"), line, "extends", "bases stand in the folder "+Bases+" beside the policy file, not above it")
	if !ok {
		return nil
	}
	root := f.document(data, where, "write what its services have in common")
	if root == nil {
		return nil
	}
	if root.Kind != yaml.MappingNode {
		f.wrong(root.Line, "", "%s, but a base has keys; write what its services have in common", describe(root))
		return nil
	}
	return f.onItsBase(root, chain)
}

// onItsBase is a base merged with the one that it extends.
func (f *file) onItsBase(root *yaml.Node, chain []string) *base {
	b := &base{root: root}
	b.locks = f.locks(root)
	for _, key := range []string{"service", "merged"} {
		if at, n := f.takeOnce(root, key); n != nil {
			f.wrong(at.Line, key, "a base is of no service; remove it")
		}
	}
	if pools := at(root, "capacity.pools"); pools != nil {
		f.common(pools)
	}
	if _, n := f.takeOnce(root, "extends"); n != nil {
		above := f.base(f.baseName(n), n.Line, chain)
		if above == nil {
			return nil
		}
		f.obey(root, *above)
		b.root, b.locks = merged(above.root, root, "", true), append(b.locks, above.locks...)
	}
	for _, l := range b.locks {
		if slices.Contains(mustSay, l.key) && at(b.root, l.key) == nil {
			f.wrong(l.line, "locked", "%s has no value here, so that no policy could say it; give it one", l.key)
		}
	}
	return b
}

// mustSay are keys without a default.
var mustSay = []string{"demand.source", "capacity.pools.max", "capacity.pools.price", "capacity.pools.unitRate", "objective"}

// common checks what a base says of all pools.
func (f *file) common(pools *yaml.Node) {
	if pools.Kind != yaml.MappingNode {
		f.wrong(pools.Line, "capacity.pools", "%s, but a base says what every pool has in common; write a mapping such as pools: {max: 40, leadTime: 4m}", describe(pools))
		return
	}
	for i := 0; i+1 < len(pools.Content); i += 2 {
		switch key := pools.Content[i]; key.Value {
		case "name", "target":
			f.wrong(key.Line, "capacity.pools."+key.Value, "each pool has its own; remove it")
		case "ramp", "hold":
			f.wrong(key.Line, "capacity.pools."+key.Value, "belongs under capacity in a base; write capacity.%s", key.Value)
		}
	}
}

// locks reads the keys that a base locks.
func (f *file) locks(root *yaml.Node) (all []lock) {
	_, list := f.takeOnce(root, "locked")
	if list == nil {
		return nil
	}
	if list.Kind != yaml.SequenceNode {
		f.wrong(list.Line, "locked", "%s, but a list of keys is wanted; write one such as [control.freeze, control.roles]", describe(list))
		return nil
	}
	for i, n := range list.Content {
		if err := lockable(n); err != nil {
			f.wrong(n.Line, fmt.Sprintf("locked[%d]", i), "%s", err)
			continue
		}
		all = append(all, lock{n.Value, f.place(n.Line), n.Line})
	}
	return all
}

// lockable checks that something is a key that a base can lock.
func lockable(n *yaml.Node) error {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str" {
		return fmt.Errorf("%s, but a key is wanted; write one such as control.freeze", describe(n))
	}
	section, key := "", n.Value
	if i := strings.LastIndexByte(n.Value, '.'); i >= 0 {
		section, key = n.Value[:i], n.Value[i+1:]
	}
	inList := func(list string) bool { return section == list || strings.HasPrefix(section, list+".") }
	switch {
	case !belongs(section, key):
		return fmt.Errorf("%s is no key; %s", shorten(n.Value), fullKeys(key))
	case slices.Contains([]string{"apiVersion", "service", "merged", "capacity", "capacity.pools", "capacity.pools.name", "capacity.pools.target"}, n.Value):
		return fmt.Errorf("%s is of each service; lock keys such as control.freeze or capacity.pools.max", n.Value)
	case inList("events") || inList("control.roles") || inList("notify"):
		return fmt.Errorf("%s is a key of the entries of a list; lock the list, %s", n.Value, section)
	case n.Value == "capacity.pools.ramp" || n.Value == "capacity.pools.hold" || inList("capacity.pools.ramp"):
		return fmt.Errorf("%s is covered by that of all pools; write %s", n.Value, strings.Replace(n.Value, "capacity.pools.", "capacity.", 1))
	}
	return nil
}

// fullKeys says which keys have a name.
func fullKeys(key string) string {
	var full []string
	for _, section := range layout {
		if slices.Contains(section.keys, key) {
			full = append(full, strings.TrimPrefix(section.path+"."+key, "."))
		}
	}
	switch len(full) {
	case 0:
		return "write the full path of one, such as control.freeze"
	case 1:
		return "did you mean " + full[0] + "?"
	}
	return "write one of " + strings.Join(full, ", ")
}

// beside reads a file of the folder that f is in, for the key that names it.
func (f *file) beside(name string, line int, key, hint string) (data []byte, where string, ok bool) {
	where = filepath.Join(filepath.Dir(f.name), filepath.FromSlash(name))
	if f.folder == nil {
		f.wrong(line, key, "%s stands beside a policy file, and this is none; apply it from its file with `headroom policy apply FILE`", name)
		return nil, "", false
	}
	data, err := fs.ReadFile(f.folder, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.wrong(line, key, "there is no %s; %s", where, hint)
	case err != nil:
		f.wrong(line, key, "%s cannot be read: %s; correct that", where, err)
	}
	return data, where, err == nil
}
