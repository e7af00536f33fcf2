package policy

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// An Override says one key of a policy file anew, as if the file said so.
type Override struct {
	Key   string // the full path, such as "capacity.pools[0].max"
	Value string // as it would be written in the file; empty: as if the file did not say the key
}

var (
	keyForm  = regexp.MustCompile(`^[^][.=\s]+(\[\d{1,6}\])*(\.[^][.=\s]+(\[\d{1,6}\])*)*$`)
	partForm = regexp.MustCompile(`[^][.]+|\[\d+\]`)
)

// ParseOverride reads KEY=VALUE, such as "capacity.pools[0].max=50".
func ParseOverride(text string) (Override, error) {
	key, value, found := strings.Cut(text, "=")
	if !found || !keyForm.MatchString(key) {
		return Override{}, fmt.Errorf("%q says no key; write KEY=VALUE, such as objective.missing=80 or capacity.pools[0].max=50", shorten(text))
	}
	return Override{Key: key, Value: value}, nil
}

// overridden is the first line number that stands for an override: no file has
// so many lines.
const overridden = maxSize + 2

// override is what stands on a line, or nil if that is one of the file.
func (f *file) override(line int) *Override {
	if line < overridden || line-overridden >= len(f.overrides) {
		return nil
	}
	return &f.overrides[line-overridden]
}

// apply changes the file's top mapping as the overrides say.
func (f *file) apply(root *yaml.Node) {
	if root.Kind != yaml.MappingNode {
		return // which the file's own mistake tells
	}
	for i, o := range f.overrides {
		line := overridden + i
		if err := o.apply(root, line); err != nil {
			f.wrong(line, o.Key, "%s", err)
		}
	}
}

func (o Override) apply(root *yaml.Node, line int) error {
	value, err := o.node(line)
	if err != nil {
		return err
	}
	if !keyForm.MatchString(o.Key) {
		return errors.New("no key of a policy file; write one such as capacity.pools[0].max")
	}
	at, parts := root, partForm.FindAllString(o.Key, -1)
	for i, part := range parts[:len(parts)-1] {
		child, err := find(at, part)
		if err != nil {
			return err
		}
		if child < 0 && (value == nil || strings.HasPrefix(parts[i+1], "[")) {
			return errAbsent
		}
		if child < 0 {
			child = add(at, part, &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: line}, line)
		}
		at = at.Content[child]
	}
	last := parts[len(parts)-1]
	child, err := find(at, last)
	switch {
	case err != nil:
		return err
	case child < 0 && value == nil:
		return errAbsent
	case child < 0:
		add(at, last, value, line)
	case value != nil:
		at.Content[child] = value
	case at.Kind == yaml.MappingNode:
		at.Content = slices.Delete(at.Content, child-1, child+1)
	default:
		at.Content = slices.Delete(at.Content, child, child+1)
	}
	return nil
}

var errAbsent = errors.New("the file does not say this; give the key a value, a list as a whole such as [A, B]")

// find is the place of a key's value or of a list's entry among the contents
// of n, or -1 if a key is not there yet.
func find(n *yaml.Node, part string) (int, error) {
	if digits, entry := strings.CutPrefix(part, "["); entry {
		i, err := strconv.Atoi(strings.TrimSuffix(digits, "]"))
		switch {
		case n.Kind != yaml.SequenceNode:
			return 0, fmt.Errorf("%s is no entry of %s; name a key, or set the whole", part, describe(n))
		case err != nil || i >= len(n.Content):
			return 0, fmt.Errorf("%s is no entry of a list of %d; count them from 0, or set the whole list", part, len(n.Content))
		}
		return i, nil
	}
	if n.Kind != yaml.MappingNode {
		return 0, fmt.Errorf("%s is no key of %s; correct the path, or set the whole", shorten(part), describe(n))
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == part {
			return i + 1, nil
		}
	}
	return -1, nil
}

// add appends a key to a mapping and returns the place of its value.
func add(n *yaml.Node, key string, value *yaml.Node, line int) int {
	n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key, Line: line}, value)
	return len(n.Content) - 1
}

// node is the value as a part of the file, nil if there is none.
func (o Override) node(line int) (*yaml.Node, error) {
	if strings.TrimSpace(o.Value) == "" {
		return nil, nil //nolint:nilnil // no value is an answer
	}
	var document, second yaml.Node
	decoder := yaml.NewDecoder(strings.NewReader(o.Value))
	if err := decoder.Decode(&document); err != nil {
		return nil, errors.New("no value in YAML; write one as in the file, a text in quotes")
	}
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one value; write one")
	}
	value := document.Content[0]
	move(value, line)
	return value, nil
}

// move puts a value and all inside it on one line.
func move(n *yaml.Node, line int) {
	n.Line = line
	for _, child := range n.Content {
		move(child, line)
	}
}
