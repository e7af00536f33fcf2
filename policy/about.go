package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

// APIVersion is the version of the file format.
const APIVersion = "headroom/v1"

// apiVersion checks that the file is of the version that is read here.
func (f *file) apiVersion(top *section) {
	if _, said := top.has("apiVersion"); said {
		value(top, "apiVersion", top.values["apiVersion"], version)
	}
}

func version(n *yaml.Node) (string, error) {
	if n.Kind != yaml.ScalarNode || n.Value != APIVersion {
		return "", fmt.Errorf("%s; this version of headroom reads %s: write that, or use the version that the file is for", describe(n), APIVersion)
	}
	return n.Value, nil
}

// person reads a name of a team, a person or a cost center, if the file says one.
func (f *file) person(top *section, key string) string {
	if _, said := top.has(key); !said {
		return ""
	}
	return value(top, key, top.values[key], label)
}

// longestLabel is how many letters a name may have that only people read.
const longestLabel = 100

// label reads a name that only people read.
func label(n *yaml.Node) (string, error) {
	s, err := text(n)
	if err == nil && (len(s) > longestLabel || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })) {
		return "", fmt.Errorf("%s is no name; write up to %d printable letters on one line", shorten(s), longestLabel)
	}
	return s, err
}

var hashForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// merged reads which base a file was merged with. `headroom policy show` writes it.
func (f *file) merged(top *section) capacity.Base {
	var b capacity.Base
	if _, said := top.has("merged"); !said {
		return b
	}
	s := top.sub("merged", "")
	b.Name = required(s, "base", name, "name the base")
	b.Hash = required(s, "hash", func(n *yaml.Node) (string, error) {
		if n.Kind != yaml.ScalarNode || !hashForm.MatchString(n.Value) {
			return "", errors.New("no SHA-256; leave it as `headroom policy show` writes it, or use extends")
		}
		return n.Value, nil
	}, "leave it as `headroom policy show` writes it, or use extends")
	if _, said := s.has("locked"); said {
		b.Locked = value(s, "locked", s.values["locked"], readLocks)
	}
	return b
}

// formatBase writes b so that merged reads it.
func formatBase(b capacity.Base) string {
	var text strings.Builder
	fmt.Fprintf(&text, "{base: %s, hash: %q", quote(b.Name), b.Hash)
	for i, l := range b.Locked {
		if i == 0 {
			text.WriteString(", locked: {")
		} else {
			text.WriteString(", ")
		}
		text.WriteString(quote(l.Key) + ": " + strconv.Quote(l.Value))
	}
	if len(b.Locked) > 0 {
		text.WriteString("}")
	}
	return text.String() + "}"
}

// readLocks reads keys with their values in JSON.
func readLocks(n *yaml.Node) (all []capacity.Lock, err error) {
	if n.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s, but keys and their values are wanted; leave it as `headroom policy show` writes it, or use extends", describe(n))
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if err := lockable(key); err != nil {
			return nil, err
		}
		if value.Kind != yaml.ScalarNode || value.Value != "" && !json.Valid([]byte(value.Value)) {
			return nil, fmt.Errorf("the value of %s is not in JSON; leave it as `headroom policy show` writes it, or use extends", key.Value)
		}
		all = append(all, capacity.Lock{Key: key.Value, Value: value.Value})
	}
	return all, nil
}
